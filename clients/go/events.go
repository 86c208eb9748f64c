package commonweal

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
)

// Client reaches one commons.
type Client struct {
	URL   string       // https://commons.example/c/garden
	Token string       // of a member; empty reads open books
	HTTP  *http.Client // nil: http.DefaultClient
}

// Amount is an exact decimal with its unit, as events in bulk have it.
type Amount struct {
	Unit  string `json:"unit"`
	Value string `json:"value"`
}

// Event is an economic event as it is sent; More holds members that have no
// field here, under their names.
type Event struct {
	Action           string         `json:"action"`
	Provider         string         `json:"provider"`
	Receiver         string         `json:"receiver"`
	ResourceQuantity *Amount        `json:"resourceQuantity,omitempty"`
	EffortQuantity   *Amount        `json:"effortQuantity,omitempty"`
	Note             string         `json:"note,omitempty"`
	More             map[string]any `json:"-"`
}

// line is the JSON of an event.
func (e Event) line() ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil || len(e.More) == 0 {
		return text, err
	}
	more, err := json.Marshal(e.More)
	if err != nil {
		return nil, err
	}
	return append(append(text[:len(text)-1], ','), more[1:]...), nil
}

// Refused is a line that was not recorded.
type Refused struct {
	Line  int `json:"line"`
	Error struct {
		Kind    string `json:"kind"`
		Code    string `json:"code"`
		Message string `json:"message"`
		Field   string `json:"field"`
	} `json:"error"`
}

// Sum is what came of many events.
type Sum struct{ Lines, Recorded, Refused int }

// ErrBrokenOff says that the answer is not whole: send the same events under
// the same key again, and nothing is recorded twice.
var ErrBrokenOff = errors.New("commonweal: the answer broke off; send the same again under the same key")

// Record sends events, of which each that can be is recorded, and tells of
// those that were refused while it goes on. The key makes a repeat harmless.
func (c Client) Record(ctx context.Context, key string, events iter.Seq[Event], refused func(Refused)) (Sum, error) {
	in, out := io.Pipe()
	go func() {
		to := bufio.NewWriter(out)
		for e := range events {
			text, err := e.line()
			if err == nil {
				_, err = to.Write(append(text, '\n'))
			}
			if err != nil {
				out.CloseWithError(err)
				return
			}
		}
		out.CloseWithError(to.Flush())
	}()
	defer in.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.at("/events?answers=refused"), in)
	if err != nil {
		return Sum{}, err
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	answer, err := c.Do(r)
	if err != nil {
		return Sum{}, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return Sum{}, refusedBy(answer)
	}
	return read(answer.Body, refused)
}

// errEnough says that whoever reads has read enough.
var errEnough = errors.New("commonweal: enough")

// refusedBy is what an answer that is no success says.
func refusedBy(answer *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 4096))
	return fmt.Errorf("commonweal: answered %s: %s", answer.Status, text)
}

// read reads the lines of an answer.
func read(body io.Reader, refused func(Refused)) (Sum, error) {
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		var l struct {
			Refused
			Lines    *int `json:"lines"`
			Recorded int  `json:"recorded"`
			No       int  `json:"refused"`
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return Sum{}, err
		}
		switch {
		case l.Lines != nil:
			return Sum{*l.Lines, l.Recorded, l.No}, nil
		case l.Line == 0:
			return Sum{}, fmt.Errorf("%w: %s", ErrBrokenOff, l.Error.Message)
		case refused != nil:
			refused(l.Refused)
		}
	}
	return Sum{}, errors.Join(ErrBrokenOff, lines.Err())
}
