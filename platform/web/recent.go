package web

import (
	"strings"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Journal returns a Config.Recent that tells the latest acts of the journal:
// each in the words of the message ROOM.act.VERB of its room ("logged work"),
// or by its plain name where the room has none.
//
// names says what the reader calls agents, all at once: who did what is public
// by agent, but names of people are not for outsiders.
func Journal(names func(q *Request, r store.Reader, agents []store.ID) (map[store.ID]string, error)) func(*Request, int) ([]Happening, error) {
	return func(q *Request, limit int) (out []Happening, err error) {
		err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
			head, err := journal.ReadHead(r)
			if err != nil {
				return err
			}
			entries, err := journal.Entries(r, head.Size-int64(limit), head.Size, limit)
			if err != nil {
				return err
			}
			called, err := names(q, r, actors(entries))
			if err != nil {
				return err
			}
			out, err = q.tell(entries, called)
			return err
		})
		return out, err
	}
}

// actors lists who acted in the entries, each once.
func actors(entries []journal.Entry) []store.ID {
	seen := map[store.ID]bool{}
	var out []store.ID
	for _, e := range entries {
		if e.By != "" && !seen[e.By] {
			seen[e.By] = true
			out = append(out, e.By)
		}
	}
	return out
}

// tell puts entries into sentences, newest first: who, what they did, and
// where it led. Acts of nobody are the host's.
func (q *Request) tell(entries []journal.Entry, called map[store.ID]string) ([]Happening, error) {
	out := make([]Happening, len(entries))
	for i, e := range entries {
		at, err := e.Time()
		if err != nil {
			return nil, err
		}
		by := called[e.By]
		switch {
		case e.By == "":
			by = q.T("web.home.host")
		case by == "":
			by = q.T("web.home.somebody")
		}
		out[len(entries)-1-i] = Happening{Label: q.ActName(e.Act), Path: q.thing(e), By: by, At: store.Micros(at), Seq: e.Seq}
	}
	return out, nil
}

// thing is the page an entry is about, as its room says; "" for none.
func (q *Request) thing(e journal.Entry) string {
	name, _, _ := strings.Cut(e.Act, ".")
	for _, room := range q.shell.rooms {
		if room.Word != name || room.Thing == nil || !q.on(room) {
			continue
		}
		if parts := room.Thing(e.Act, e.Seq, e.Body); len(parts) > 0 {
			return q.Path(parts...)
		}
	}
	return ""
}

// ActName is what an act of the journal is called: contribution.log has the message
// contribution.act.log. The journal's own acts are the shell's to name.
func (q *Request) ActName(act string) string {
	room, verb, _ := strings.Cut(act, ".")
	if room == "journal" {
		room = "web"
	}
	if m, ok := q.shell.messages.find(q.Lang, room+".act."+verb); ok {
		return m["other"]
	}
	return strings.ReplaceAll(strings.ReplaceAll(act, ".", ": "), "_", " ")
}
