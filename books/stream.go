package books

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/web"
)

const (
	// streamLife is how long a stream lasts: its reader comes back by itself,
	// and is asked again who it is.
	streamLife = 15 * time.Minute
	// beat is how often a silent stream says that it is there.
	beat = 20 * time.Second
	// streamPatience is how long a reader may take nothing.
	streamPatience = time.Minute
)

// stream tells what happens as server-sent events: each entry of the log under
// its number, with the word of its act as the event's name and the entry, as it
// is hashed, as data. It goes on behind Last-Event-ID, or the parameter after;
// without either it begins now. act=contribution.log chooses acts, and
// act=contribution all of a room, as often as one likes. Readers see what they
// see in the log.
func (b *Books) stream(q *web.Request) error {
	from, err := b.streamFrom(q)
	if err != nil {
		return err
	}
	acts := q.R.URL.Query()["act"]
	out := &telling{web: q.Stream("text/event-stream", streamPatience), acts: acts, next: from}
	if err := out.web.Send([]byte("retry: 2000\n\n")); err != nil {
		return nil // the reader left
	}
	found := make(chan []journal.Line)
	ctx, stop := context.WithTimeout(out.web.Context(), streamLife)
	defer stop()
	go func() {
		defer close(found)
		for lines, err := range b.Follow.Follow(ctx, q.Commons.ID, from) {
			if err != nil {
				return // the reader comes back
			}
			select {
			case found <- lines:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out.tell(found)
}

// streamFrom is the number of the first entry to tell.
func (b *Books) streamFrom(q *web.Request) (int64, error) {
	field, text := "Last-Event-ID", q.R.Header.Get("Last-Event-ID")
	if text == "" {
		field, text = "after", q.R.URL.Query().Get("after")
	}
	if text == "" {
		return b.Follow.Size(q.R.Context(), q.Commons.ID)
	}
	last, err := strconv.ParseInt(text, 10, 64)
	if err != nil || last < -1 {
		return 0, fault.Invalidf("books.after", field, "%.40q is no number of an entry; -1 begins with the first", text)
	}
	return last + 1, nil
}

// telling is a stream under way.
type telling struct {
	web  *web.Stream
	acts []string
	next int64
}

// tell sends what is found until the stream has lived long enough or its reader leaves.
func (t *telling) tell(found <-chan []journal.Line) error {
	quiet := time.NewTicker(beat)
	defer quiet.Stop()
	for {
		var piece []byte
		select {
		case lines, open := <-found:
			if !open {
				return nil
			}
			piece = t.events(lines)
			quiet.Reset(beat)
		case <-quiet.C:
			// the number goes along, so that a choosy reader does not come back for what it has no eye for
			piece = fmt.Appendf(nil, "id: %d\n: still here\n\n", t.next-1)
		}
		if len(piece) > 0 && t.web.Send(piece) != nil {
			return nil // the reader left
		}
	}
}

// events writes the entries that the reader asked for.
func (t *telling) events(lines []journal.Line) (out []byte) {
	for _, l := range lines {
		t.next = l.Seq + 1
		act := actOf(l.Record)
		if !t.wants(act) {
			continue
		}
		out = fmt.Appendf(out, "id: %d\nevent: %s\ndata: %s\n\n", l.Seq, act, l.Record)
	}
	return out
}

// wants reports whether an act was asked for, by its word or its room.
func (t *telling) wants(act string) bool {
	room, _, _ := strings.Cut(act, ".")
	return len(t.acts) == 0 || slices.Contains(t.acts, act) || slices.Contains(t.acts, room)
}

// actOf reads the act of a canonical record, where it stands first.
func actOf(record []byte) string {
	act, _, _ := strings.Cut(strings.TrimPrefix(string(record[:min(len(record), 200)]), `{"act":"`), `"`)
	return act
}
