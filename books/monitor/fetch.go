package monitor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// The largest files of a log.
const (
	maxCheckpoint = 64 << 10
	maxTile       = 256 * tlog.HashSize
	maxBundle     = 256 * (2 + journal.MaxEntry)
)

// defaultClient waits long enough for a slow line and not for ever.
var defaultClient = &http.Client{Timeout: time.Minute}

// remote reads the static files of a log.
type remote struct {
	base   string // ends with a slash
	client *http.Client
	token  string // sent as a bearer's; empty for none
}

// address returns where the files of a log lie: below …/c/COMMONS/log/ for the
// address of a commons, below the address itself for any other.
func address(of string) (string, error) {
	u, err := url.Parse(of)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		return "", fault.Invalidf("monitor.url", "url", "%.200q is not the address of a commons or a log; write one such as https://commons.example/c/windworks", of)
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if n := len(parts); n >= 2 && parts[n-2] == "c" {
		parts = append(parts, "log")
	}
	u.Path = "/" + strings.Join(parts, "/")
	return strings.TrimSuffix(u.String(), "/") + "/", nil
}

// get reads one file of at most limit bytes.
func (r *remote) get(ctx context.Context, file string, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+file, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "commonweal-monitor")
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, unreachable(file, err.Error())
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, unreachable(file, err.Error())
	case resp.StatusCode != http.StatusOK:
		return nil, unreachable(file, fmt.Sprintf("status %d", resp.StatusCode))
	case int64(len(body)) > limit:
		return nil, unreachable(file, fmt.Sprintf("more than %d bytes", limit))
	}
	return body, nil
}

func unreachable(file, why string) error {
	return fault.New(fault.Unavailable, "monitor.unreachable", "url", "%s of the log cannot be read: %s", file, why)
}

// tiles reads hash tiles; it is a tlog.TileReader for one look.
type tiles struct {
	ctx    context.Context
	remote *remote
	failed error             // why a tile could not be read: no fault of the log
	upper  map[string][]byte // tiles above the leaves, which every bundle needs again
}

func (t *tiles) Height() int                     { return 8 }
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {} // those of a proof are few

// ReadTiles implements tlog.TileReader.
func (t *tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(list))
	for i, tile := range list {
		var err error
		if data[i], err = t.read(tile); err != nil {
			t.failed = err
			return nil, err
		}
	}
	return data, nil
}

func (t *tiles) read(tile tlog.Tile) ([]byte, error) {
	path := journal.TilePath(tile.L, tile.N, tile.W)
	if data, known := t.upper[path]; known {
		return data, nil
	}
	data, err := t.remote.get(t.ctx, path, maxTile)
	if err == nil && tile.L > 0 {
		t.upper[path] = data
	}
	return data, err
}

// hashes returns a reader of the hashes of a tree that checks each against its root.
func (t *tiles) hashes(head journal.Head) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: head.Size, Hash: head.Root}, t)
}

// bundle reads the entries from start, which is a multiple of 256, to end.
func (r *remote) bundle(ctx context.Context, start, end int64) ([][]byte, error) {
	file := journal.TilePath(-1, start/256, int(min(256, end-start)))
	data, err := r.get(ctx, file, maxBundle)
	if err != nil {
		return nil, err
	}
	entries, err := journal.ParseBundle(data)
	want := int(min(256, end-start))
	if err == nil && len(entries) != want {
		err = fault.Invalidf("monitor.entry", "", "%s holds %d entries, not the %d from entry %d on that the log has there", file, len(entries), want, start)
	}
	return entries, err
}
