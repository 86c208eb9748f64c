package credit

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// patience is how long a sender or reader of many payments may pause.
const patience = time.Minute

// maxTogether bounds the body of payments that stand or fall together, in bytes:
// more are brought as a file, which is read twice.
const maxTogether = 4 << 20

// payManyByProgram makes many payments: one BulkRow a line, answered line by
// line, with the line of the row and the payment it made or the error it met. The
// last line says how many there were; without it the answer is not whole.
//
// mode=rows, the default, pays what can be paid, and goes on while the sender
// sends. mode=together pays all in one act or nothing.
func (p *Practice) payManyByProgram(q *web.Request) error {
	b := Bulk{Name: "API", Read: Reading{Format: BulkLines}}
	switch mode := q.R.URL.Query().Get("mode"); mode {
	case "", "rows":
	case "together":
		b.Together = true
	default:
		return fault.Invalidf("credit.bulk_mode", "mode", "there is no mode %.40q; it is rows or together", mode)
	}
	body, found := q.Lines(patience)
	if !found {
		return fault.Invalidf("credit.bulk_type", "Content-Type", "the body is %.60q; send application/x-ndjson, one payment a line", q.R.Header.Get("Content-Type"))
	}
	a, key := &bulkAnswer{q: q}, q.R.Header.Get("Idempotency-Key")
	if b.Together {
		return a.end(p.payTogether(q, key, b, body, a.tell))
	}
	b.Open = func() io.ReadCloser { return io.NopCloser(body) }
	return a.end(p.payEach(q.R.Context(), q.Who, key, b, a.tell))
}

// payTogether pays all that is in the body or nothing, and then tells.
func (p *Practice) payTogether(q *web.Request, key string, b Bulk, body io.Reader, tell func(BulkDone) error) error {
	text, err := io.ReadAll(io.LimitReader(body, maxTogether+1))
	if err != nil {
		return err
	}
	if len(text) > maxTogether {
		return fault.Invalidf("credit.bulk_long", "", "the body has more than %d MB; bring payments that stand or fall together as a file", maxTogether>>20)
	}
	b.Open = func() io.ReadCloser { return io.NopCloser(bytes.NewReader(text)) }
	made, err := p.PayList(q.R.Context(), q.Who, key, "", b, nil)
	if err != nil {
		return err
	}
	return p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		return Outcomes(r, made.ID, func(list []BulkOutcome) error { return tell(BulkDone{made.ID, list}) })
	})
}

// bulkAnswer is the answer to many payments, as far as it was sent.
type bulkAnswer struct {
	q      *web.Request
	stream *web.Stream
	total  struct {
		Batch   string `json:"batch"`
		Rows    int    `json:"rows"`
		Made    int    `json:"made"`
		Refused int    `json:"refused"`
	}
}

// bulkLine is the answer to a row.
type bulkLine struct {
	Line    int    `json:"line,omitempty"`
	Payment string `json:"payment,omitempty"`
	Error   any    `json:"error,omitempty"`
}

// tell answers the rows of an act.
func (a *bulkAnswer) tell(done BulkDone) error {
	a.total.Batch = string(done.Batch)
	var text []byte
	for _, o := range done.Outcomes {
		line := bulkLine{Line: o.Line, Payment: string(o.Payment)}
		a.total.Rows++
		if o.Refused != nil {
			line.Error = a.q.Refusal(o.Refused)
			a.total.Refused++
		} else {
			a.total.Made++
		}
		one, err := json.Marshal(line)
		if err != nil {
			return err
		}
		text = append(append(text, one...), '\n')
	}
	return a.send(text)
}

func (a *bulkAnswer) send(text []byte) error {
	if a.stream == nil {
		a.stream = a.q.Stream("application/x-ndjson", patience)
	}
	return a.stream.Send(text)
}

// end says how many there were, or why the answer ends early: as the error of
// the whole request where nothing was answered yet.
func (a *bulkAnswer) end(err error) error {
	if err != nil && a.stream == nil {
		return err
	}
	var last any = a.total
	if err != nil {
		last = bulkLine{Error: a.q.Refusal(err)}
	}
	text, err := json.Marshal(last)
	if err == nil {
		_ = a.send(append(text, '\n')) // a reader who left finds the batch by its key
	}
	return err
}
