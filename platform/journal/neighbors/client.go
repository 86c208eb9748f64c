package neighbors

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"commonweal/platform/journal"
	"commonweal/platform/journal/witness"
	"commonweal/platform/outbound"
)

// maxAnswer is the size of an answer that is read.
const maxAnswer = 16 << 10

// NewClient returns the client by which neighbors are asked (outbound.NewClient).
func NewClient(private bool) *http.Client { return outbound.NewClient(private) }

// conflict says that a witness holds a head of another size.
type conflict struct{ size int64 }

func (c conflict) Error() string { return fmt.Sprintf("it holds a head of size %d", c.size) }

// submit asks a witness at its submission prefix and returns its cosignature, checked
// by its key. A conflict says which size it holds; any other error, in plain
// words, why it did not cosign.
func submit(ctx context.Context, client *http.Client, w witness.Witness, ask witness.Request) (journal.Cosignature, error) {
	var none journal.Cosignature
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.URL, "/")+"/add-checkpoint", bytes.NewReader(ask.Text()))
	if err != nil {
		return none, err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	req.Header.Set("User-Agent", "commonweal")
	resp, err := client.Do(req)
	if err != nil {
		return none, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return none, err
	}
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSuffix(string(body), "\n"), 10, 64)
		if err != nil || size < 0 {
			return none, fmt.Errorf("it answered 409 without the size that it holds")
		}
		return none, conflict{size}
	default:
		return none, fmt.Errorf("it answered %d: %.200q", resp.StatusCode, body)
	}
	for line := range strings.Lines(string(body)) { // nothing that could pass for another text
		if !strings.HasPrefix(line, "— ") {
			return none, fmt.Errorf("it answered %.60q, which is no signature", line)
		}
	}
	found, err := journal.Cosignatures(ask.Checkpoint+string(body), w.Key)
	if err != nil {
		return none, err
	}
	if len(found) == 0 {
		return none, fmt.Errorf("its answer holds no cosignature by the key %.60s…", w.Key)
	}
	return found[0], nil
}
