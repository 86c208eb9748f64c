package journal

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Static answers for the logs of a store as if they were static files in the C2SP
// layout (tlog-tiles): checkpoint, tile/<L>/<N>[.p/<W>], tile/entries/<N>[.p/<W>],
// and key, the public key. Any C2SP client can follow and verify the log there.
// For readers that compute no proofs there is consistency/<old>/<size>, the proof that
// the first tree is the beginning of the other, a hash in base64 a line; and
// for mirrors blobs/<digest>, an attachment.
type Static struct {
	Store *store.Store
	Log   *Log
	Key   *Key
	// Resolve says whose log a request is about, and refuses readers who may
	// not see it with a fault. ServeHTTP needs it, Serve does not.
	Resolve func(*http.Request) (store.ID, error)
	// Cosigned adds to a signed checkpoint of a size the cosignatures that it has;
	// nil when nobody cosigns.
	Cosigned func(r store.Reader, signed string, size int64) (string, error)
}

// ServeHTTP implements http.Handler for a server without a shell. Mount it with a
// pattern whose last wildcard is the file: "GET /c/{commons}/log/{file...}";
// without one the path of the URL is the file. A fault is answered with its
// status and message as plain text, any other error with 500 and no details.
func (h *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	if file == "" {
		file = strings.TrimPrefix(r.URL.Path, "/")
	}
	commons, err := h.Resolve(r)
	if err == nil {
		err = h.Serve(w, r, commons, file)
	}
	if err != nil {
		failPlainly(w, err)
	}
}

func failPlainly(w http.ResponseWriter, err error) {
	message := "internal error"
	if e := fault.As(err); e != nil {
		message = e.Message
	}
	http.Error(w, message, fault.KindOf(err).HTTPStatus())
}

// Serve answers with a file of the log of a commons, whose permission the caller has
// checked. It writes nothing when it returns an error: NotFound, journal.tile_path or journal.no_tile.
func (h *Static) Serve(w http.ResponseWriter, r *http.Request, commons store.ID, file string) error {
	switch file {
	case "checkpoint":
		signed, err := h.checkpoint(r.Context(), commons)
		return answer(w, "text/plain; charset=utf-8", "no-cache", []byte(signed), err)
	case "key":
		return answer(w, "text/plain; charset=utf-8", "no-cache", []byte(h.Key.Verifier(commons)+"\n"), nil)
	}
	if sizes, is := strings.CutPrefix(file, "consistency/"); is {
		proof, err := h.consistency(r.Context(), commons, sizes)
		return answer(w, "text/plain; charset=utf-8", immutable, proof, err)
	}
	if digest, is := strings.CutPrefix(file, "blobs/"); is {
		var content []byte
		err := h.Store.Read(r.Context(), commons, func(snap *store.Snapshot) (err error) {
			content, err = Blob(snap, digest)
			return err
		})
		return answer(w, "application/octet-stream", immutable, content, err)
	}
	level, n, width, err := ParseTilePath(file)
	if err != nil {
		return err
	}
	var data []byte
	err = h.Store.Read(r.Context(), commons, func(snap *store.Snapshot) error {
		data, err = h.Log.tile(snap, level, n, width)
		return err
	})
	return answer(w, "application/octet-stream", immutable, data, err)
}

// immutable is for what never changes once the log has it, such as a tile of any width;
// it is private to the reader because the commons may close its books tomorrow.
const immutable = "private, max-age=31536000, immutable"

// consistency returns the proof between two sizes, written "<old>/<size>"; NotFound,
// journal.no_proof, for sizes that the log has not reached or another spelling.
func (h *Static) consistency(ctx context.Context, commons store.ID, sizes string) (text []byte, err error) {
	first, second, _ := strings.Cut(sizes, "/")
	old, err1 := strconv.ParseInt(first, 10, 64)
	size, err2 := strconv.ParseInt(second, 10, 64)
	if err1 != nil || err2 != nil || old < 0 || old > size || fmt.Sprintf("%d/%d", old, size) != sizes {
		return nil, noProof(sizes)
	}
	err = h.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		proof, err := h.Log.ProveConsistency(r, old, size)
		if fault.CodeOf(err) == "journal.no_entry" {
			err = noProof(sizes)
		}
		for _, hash := range proof {
			text = append(base64.StdEncoding.AppendEncode(text, hash[:]), '\n')
		}
		return err
	})
	return text, err
}

func noProof(sizes string) error {
	return fault.NotFoundf("journal.no_proof", "", "there is no proof from %.60q; write consistency/OLD/SIZE with sizes that the log has reached", sizes)
}

// checkpoint returns the signed head with the cosignatures it has.
func (h *Static) checkpoint(ctx context.Context, commons store.ID) (string, error) {
	signed, err := h.Log.Checkpoint(ctx, h.Store, commons, h.Key)
	if err != nil || h.Cosigned == nil {
		return signed, err
	}
	head, err := ParseCheckpoint(Body(signed))
	if err != nil {
		return "", err
	}
	err = h.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		signed, err = h.Cosigned(r, signed, head.Size)
		return err
	})
	return signed, err
}

func answer(w http.ResponseWriter, kind, cache string, body []byte, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", cache)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(body) // an error means that nobody listens any more
	return nil
}

// tile returns the bytes of a tile or entry bundle of the given width; NotFound,
// journal.no_tile, when the log has not grown that far.
func (l *Log) tile(r store.Reader, level int, n int64, width int) ([]byte, error) {
	h, err := l.reader(r)
	if err != nil {
		return nil, err
	}
	if level == levelEntries {
		return entryBundle(r, h.edge.size, n, width)
	}
	data, err := h.tile(level, n, width)
	if err == nil && data == nil {
		err = noTile(level, n, width)
	}
	return data, err
}

func entryBundle(r store.Reader, size, n int64, width int) ([]byte, error) {
	if n > size>>tileHeight || n<<tileHeight+int64(width) > size {
		return nil, noTile(levelEntries, n, width)
	}
	var bundle []byte
	start := n << tileHeight
	for line, err := range Lines(r, start, start+int64(width)) {
		if err != nil {
			return nil, fmt.Errorf("journal: bundle %d: %w", n, err)
		}
		bundle = AppendBundle(bundle, line.Record)
	}
	return bundle, nil
}

func noTile(level int, n int64, width int) error {
	return fault.NotFoundf("journal.no_tile", "", "the log has no %s", TilePath(level, n, width))
}
