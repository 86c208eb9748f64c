package commonweal

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Happening is an entry of the log: what somebody did.
type Happening struct {
	Seq  int64           `json:"seq"` // its number; go on behind it
	Act  string          `json:"act"` // "contribution.log"
	At   time.Time       `json:"at"`
	By   string          `json:"by"` // the agent, if one is in the books
	Body json.RawMessage `json:"body"`
}

// longest is the size of the longest entry that is read, in bytes.
const longest = 1 << 20

// Happened yields what happens, as it happens, behind an entry of the log: -1
// begins with the first entry. acts are acts ("contribution.log") or rooms
// ("contribution"); none asks for everything. It comes back by itself when a
// stream ends, and misses nothing; it ends with an error, or with the context.
func (c Client) Happened(ctx context.Context, after int64, acts ...string) iter.Seq2[Happening, error] {
	return func(yield func(Happening, error) bool) {
		for ctx.Err() == nil {
			err := c.stream(ctx, after, acts, func(h Happening) bool {
				after = h.Seq
				return yield(h, nil)
			})
			switch {
			case err == errEnough:
				return
			case err != nil && ctx.Err() == nil:
				yield(Happening{}, err)
				return
			}
		}
	}
}

// stream reads one stream to its end; nil means that it may be asked again.
func (c Client) stream(ctx context.Context, after int64, acts []string, each func(Happening) bool) error {
	ask := url.Values{"after": {strconv.FormatInt(after, 10)}, "act": acts}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.at("/stream?"+ask.Encode()), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return refusedBy(answer)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		data, is := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !is {
			continue
		}
		var h Happening
		if err := json.Unmarshal(data, &h); err != nil {
			return err
		}
		if !each(h) {
			return errEnough
		}
	}
	return nil // it ends after a quarter of an hour, or broke off
}
