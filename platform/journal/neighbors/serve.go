package neighbors

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"commonweal/platform/fault"
	"commonweal/platform/journal/witness"
)

// refused reports whether the error is a refusal with one of the statuses.
func refused(err error, statuses ...int) bool {
	var r *witness.Refusal
	return errors.As(err, &r) && slices.Contains(statuses, r.Status)
}

// AddCheckpoint answers POST /add-checkpoint of the witness protocol: with 200 and the
// signature line, or with 400, 403, 404, 409 or 422 as C2SP tlog-witness says.
// Any other error is returned, and nothing was written.
func (w *Witness) AddCheckpoint(rw http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, witness.MaxRequest))
	if err != nil {
		body = nil // too large or broken off: no request
	}
	line, err := w.Cosign(r.Context(), body)
	var refusal *witness.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Status == http.StatusConflict:
		plain(rw, refusal.Status, witness.SizeType, strconv.FormatInt(refusal.Size, 10)+"\n")
	case errors.As(err, &refusal):
		plain(rw, refusal.Status, "text/plain; charset=utf-8", refusal.Message+"\n")
	case err != nil:
		return err
	default:
		plain(rw, http.StatusOK, "text/plain; charset=utf-8", line)
	}
	return nil
}

// ServeHTTP implements http.Handler for a server without a shell.
func (w *Witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if err := w.AddCheckpoint(rw, r); err != nil {
		http.Error(rw, "internal error", fault.KindOf(err).HTTPStatus())
	}
}

func plain(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // an error means that nobody listens any more
}
