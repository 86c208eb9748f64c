package vfrest

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/fault"
	"commonweal/platform/web"
	"commonweal/vf"
)

// The bounds of a request.
const (
	maxAtomic   = 100_000 // lines that stand or fall together
	maxReported = 1_000   // bad lines that a refusal lists
	maxKey      = 180     // bytes of an idempotency key: each act appends its place
)

// bulk is a request to record many events.
type bulk struct {
	*rest
	q      *web.Request
	key    string
	atomic bool
	quiet  bool // only refused lines are answered
	stream *web.Stream
	answer []byte
	total  tally
}

// tally is the last line of an answer; without it the answer is not whole.
type tally struct {
	Lines    int `json:"lines"`
	Recorded int `json:"recorded"`
	Refused  int `json:"refused"`
}

// takeEvents records the events of the body.
func (a *rest) takeEvents(q *web.Request) error {
	b := &bulk{rest: a, q: q, key: q.R.Header.Get("Idempotency-Key")}
	if err := b.options(); err != nil {
		return err
	}
	body, err := b.body()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(q.R.Context())
	defer stop()
	if b.atomic {
		return b.all(ctx, body)
	}
	return b.each(chunks(ctx, body, b.key != ""))
}

func (b *bulk) options() error {
	switch mode := b.q.R.URL.Query().Get("mode"); mode {
	case "", "lines":
	case "atomic":
		b.atomic = true
	default:
		return fault.Invalidf("vfrest.mode", "mode", "there is no mode %.40q; it is lines or atomic", mode)
	}
	switch answers := b.q.R.URL.Query().Get("answers"); answers {
	case "", "all":
	case "refused":
		b.quiet = true
	default:
		return fault.Invalidf("vfrest.answers", "answers", "there are no answers %.40q; it is all or refused", answers)
	}
	if len(b.key) > maxKey {
		return fault.Invalidf("vfrest.key_too_long", "Idempotency-Key", "the key has %d bytes; at most %d are allowed", len(b.key), maxKey)
	}
	return nil
}

// body is the text of the request, unpacked.
func (b *bulk) body() (io.Reader, error) {
	in, found := b.q.Lines(patience)
	if !found {
		return nil, wrongType(b.q, "application/x-ndjson, one event a line")
	}
	switch coding := b.q.R.Header.Get("Content-Encoding"); coding {
	case "", "identity":
		return in, nil
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fault.Invalidf("vfrest.gzip", "Content-Encoding", "this is no gzip: %v", err)
		}
		return z, nil
	default:
		return nil, fault.Invalidf("vfrest.gzip", "Content-Encoding", "the body is packed as %.40q; send it plain or as gzip", coding)
	}
}

// wrongType refuses a body of another media type than the route takes.
func wrongType(q *web.Request, want string) error {
	return fault.Invalidf("vfrest.content_type", "Content-Type", "the body is declared as %.60q; send %s", q.R.Header.Get("Content-Type"), want)
}

// each records what can be recorded and answers line by line.
func (b *bulk) each(chunks <-chan chunk) error {
	for c := range chunks {
		broken := c.end != nil && !c.ended()
		if broken && b.key != "" { // the same text would end elsewhere next time
			return b.breakOff(c.end)
		}
		if err := b.record(c); err != nil {
			return b.breakOff(err)
		}
		if broken {
			return b.breakOff(c.end)
		}
		if c.end != nil {
			b.sum()
		}
		if err := b.send(); err != nil {
			return nil // nobody reads on: what was recorded stands, and its key finds it again
		}
	}
	return nil
}

// record records a chunk in one act.
func (b *bulk) record(c chunk) error {
	if len(c.items) == 0 {
		return nil
	}
	many := vf.Many{List: make([]vf.Recording, len(c.items)), Whole: b.atomic, Text: fmt.Sprintf("%t %s", b.atomic, c.sum), Bad: map[int]*fault.Error{}}
	for i, it := range c.items {
		many.List[i] = it.rec
		if it.bad != nil {
			many.Bad[i] = it.bad
		}
	}
	key := b.key
	if key != "" {
		key += "/" + strconv.Itoa(c.items[0].line)
	}
	out, err := b.core.RecordMany(b.q.R.Context(), b.q.Who, key, many)
	if err != nil {
		return err
	}
	for i, o := range out {
		b.tell(c.items[i].line, o)
	}
	return nil
}

// tell appends the answer to a line.
func (b *bulk) tell(line int, o vf.Outcome) {
	b.total.Lines++
	if o.Refused != nil {
		b.total.Refused++
		text, _ := json.Marshal(b.q.Refusal(o.Refused)) // texts only
		b.answer = append(append(append(append(append(b.answer, `{"line":`...), strconv.Itoa(line)...), `,"error":`...), text...), "}\n"...)
		return
	}
	b.total.Recorded++
	if b.quiet {
		return
	}
	b.answer = append(strconv.AppendInt(append(b.answer, `{"line":`...), int64(line), 10), `,"id":`...)
	b.answer, _ = jsontext.AppendQuote(b.answer, o.ID) // an identifier
	if o.Resource != "" {
		b.answer, _ = jsontext.AppendQuote(append(b.answer, `,"resource":`...), o.Resource)
	}
	b.answer = append(b.answer, "}\n"...)
}

func (b *bulk) sum() {
	text, _ := json.Marshal(b.total) // numbers only
	b.answer = append(append(b.answer, text...), '\n')
}

// send passes on the answers that are there.
func (b *bulk) send() error {
	if b.stream == nil {
		b.stream = b.q.Stream("application/x-ndjson", patience)
	}
	err := b.stream.Send(b.answer)
	b.answer = b.answer[:0]
	return err
}

// breakOff ends an answer that cannot go on: as the error of the whole request
// where nothing was answered yet, else as the last line.
func (b *bulk) breakOff(err error) error {
	if b.stream == nil && b.total.Lines == 0 {
		return err
	}
	text, _ := json.Marshal(map[string]any{"error": b.q.Refusal(err)}) // texts only
	b.answer = append(append(b.answer, text...), '\n')
	_ = b.send() // nobody else to tell
	return nil
}

// all records everything or nothing.
func (b *bulk) all(ctx context.Context, body io.Reader) error {
	var whole chunk
	for c := range chunks(ctx, body, true) {
		if c.end != nil && !c.ended() {
			return c.end
		}
		if whole.items = append(whole.items, c.items...); len(whole.items) > maxAtomic {
			return fault.New(fault.TooMany, "vfrest.too_many_lines", "", "more than %d lines cannot stand or fall together; send fewer, or with mode=lines", maxAtomic)
		}
		whole.sum = c.sum
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := b.record(whole); err != nil {
		return listed(err, whole.items)
	}
	b.sum()
	_ = b.send() // it is recorded, whether anybody reads so or not
	return nil
}

// listed puts the lines of the request into a refusal, and bounds it.
func listed(err error, items []item) error {
	list, is := err.(fault.List) //nolint:errorlint // the list itself, as RecordMany made it
	if !is {
		return err
	}
	list = list[:min(len(list), maxReported)]
	for i, f := range list {
		list[i] = f.AtLine(items[f.Line-1].line)
	}
	return list
}
