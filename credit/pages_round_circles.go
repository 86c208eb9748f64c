package credit

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"commonweal/credit/clearing"
	files "commonweal/credit/clearing/sheets"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf/naming"
)

// shownCircles is how many circles a page draws and lists, in their order.
const shownCircles = 12

// circleRow is a circle in words: who owes whom, back to the first.
type circleRow struct {
	Way    string
	Amount quantity.Amount
}

// circles shows who runs rounds the way that the set-off takes: a figure, and
// the table beside it.
func (page *roundPage) circles(q *web.Request, r *store.Snapshot, s sheets, holds []Withheld) error {
	problem := s.solved(page.Round, holds).problem(page.Round)
	var found []clearing.Circle
	var agents []store.ID
	for c := range clearing.Circles(problem, s.Outcome.result()) {
		found = append(found, c)
		for _, n := range c.Nodes {
			if int(n) < len(problem.Members) {
				agents = append(agents, store.ID(problem.Members[n]))
			}
		}
		if len(found) == shownCircles {
			break
		}
	}
	called, err := naming.Load(q, r, agents...)
	if err != nil || len(found) == 0 {
		return err
	}
	name := func(n int32) (id, label, kind string) {
		if int(n) < len(problem.Members) {
			return problem.Members[n], called.Of(store.ID(problem.Members[n])), "member"
		}
		return "credit", q.T("credit.round.lines_of_credit"), "credit"
	}
	g := web.Graph{Title: q.T("credit.round.circles"), Summary: q.T("credit.round.circles_text")}
	placed := map[string]bool{}
	for _, c := range found {
		way := make([]string, 0, len(c.Nodes)+1)
		amount := Micros(c.Amount).of(page.Unit)
		for i, n := range c.Nodes {
			id, label, kind := name(n)
			if !placed[id] {
				placed[id] = true
				g.Nodes = append(g.Nodes, web.GraphNode{ID: id, Label: label, Kind: kind, Layer: min(i, len(c.Nodes)-i)})
			}
			next, _, _ := name(c.Nodes[(i+1)%len(c.Nodes)])
			g.Edges = append(g.Edges, web.GraphEdge{From: id, To: next, Label: q.Quantity(amount)})
			way = append(way, label)
		}
		page.Circles = append(page.Circles, circleRow{strings.Join(append(way, way[0]), " → "), amount})
	}
	page.Graph = &g
	return nil
}

// notice is what a settled round did to the reader, as a file to keep with invoices.
func (p *Practice) notice(q *web.Request) error {
	var body bytes.Buffer
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		round, s, holds, err := wholeRound(r, store.ID(q.R.PathValue("round")))
		if err != nil {
			return err
		}
		if round.State != Settled {
			return round.not()
		}
		mine, err := noticesFor(q, r, round, s, holds)
		if err != nil {
			return err
		}
		w := csv.NewWriter(&body)
		w.Write([]string{"round", "debt", "reference", "partner", "side", "before", "set off", "after", "unit", "snapshot"})
		for _, n := range mine {
			side := Creditor
			if n.Mine {
				side = Debtor
			}
			w.Write([]string{string(round.ID), string(n.ID), plainCell(n.Reference), plainCell(n.Partner), string(side), n.Before.Decimal(), n.Off.Decimal(), n.After.Decimal(), string(round.Unit), s.Outcome.Snapshot})
		}
		w.Flush()
		return w.Error()
	})
	if err != nil {
		return err
	}
	return q.Download("clearing-notice.csv", "text/csv; charset=utf-8", body.Bytes())
}

// plainCell keeps a spreadsheet from taking words for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// roundFiles are the files of a settled round, with its register and lines of
// credit: what "commonweal credit clearing check" checks without this program's
// database. Members are identifiers, not names.
func (p *Practice) roundFiles(q *web.Request) error {
	var body bytes.Buffer
	err := p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		round, s, holds, err := wholeRound(r, store.ID(q.R.PathValue("round")))
		if err != nil {
			return err
		}
		if round.State != Settled || s.Outcome == nil {
			return round.not()
		}
		return writeFiles(&body, round, s.without(holds), *s.Outcome)
	})
	if err != nil {
		return err
	}
	return q.Download("clearing-round.zip", "application/zip", body.Bytes())
}

// writeFiles writes the files of a round as an archive with the folder "round",
// and beside it what the round was of.
func writeFiles(to io.Writer, r Round, s Sheet, o Outcome) error {
	problem, result := s.problem(r), o.result()
	register := &files.Register{Problem: *problem, Unit: r.Unit}
	summary, err := register.Summarize(result, clearing.Options{})
	if err != nil {
		return err
	}
	z := zip.NewWriter(to)
	add := func(name string, write func(io.Writer) error) {
		if err != nil {
			return
		}
		var w io.Writer
		if w, err = z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: r.At}); err == nil {
			err = write(w)
		}
	}
	add("obligations.csv", func(w io.Writer) error { return writeDebts(w, r, s) })
	add("round/"+files.SetOffsFile, func(w io.Writer) error { return register.WriteSetOffs(w, result) })
	add("round/"+files.RemaindersFile, func(w io.Writer) error { return register.WriteRemainders(w, result) })
	add("round/"+files.CertificateFile, func(w io.Writer) error { return register.WriteCertificate(w, result.Certificate) })
	if len(s.Lines) > 0 {
		add("lines.csv", func(w io.Writer) error { return writeLines(w, r, s) })
		add("round/"+files.CreditFile, func(w io.Writer) error { return register.WriteCredit(w, result) })
	}
	add("round/"+files.SummaryFile, func(w io.Writer) error {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		return out.Encode(summary)
	})
	if err != nil {
		return err
	}
	return z.Close()
}

func writeDebts(to io.Writer, r Round, s Sheet) error {
	w := csv.NewWriter(to)
	w.Write([]string{"id", "debtor", "creditor", "amount", "due", "unit"})
	for _, d := range s.Debts {
		w.Write([]string{string(d.ID), string(d.Debtor), string(d.Creditor), d.Amount.of("").Decimal(), d.Due.String(), string(r.Unit)})
	}
	w.Flush()
	return w.Error()
}

func writeLines(to io.Writer, r Round, s Sheet) error {
	w := csv.NewWriter(to)
	w.Write([]string{"hub", "member", "balance", "overdraft", "room"})
	for _, l := range s.Lines {
		w.Write([]string{string(r.Currency), string(l.Agent), l.Balance.of("").Decimal(), l.Overdraft.of("").Decimal(), l.Room.of("").Decimal()})
	}
	w.Flush()
	return w.Error()
}

// allAttention is what needs the reader of all subjects of the practice.
func (p *Practice) allAttention(q *web.Request) ([]web.Attention, error) {
	out, err := p.attention(q)
	if err != nil {
		return nil, err
	}
	rounds, err := p.roundAttention(q)
	return append(out, rounds...), err
}

// roundAttention tells the home of a commons what of the register needs the reader.
func (p *Practice) roundAttention(q *web.Request) (out []web.Attention, err error) {
	if !q.Who.Can(Owe) || q.Who.Agent == "" {
		return nil, nil
	}
	err = p.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := store.All(r, scanJSON[Obligation], obligationsOf, q.Who.Agent, shownDebts)
		if err != nil {
			return err
		}
		asked, rounds := 0, map[store.ID]bool{}
		for _, o := range list {
			if o.Round != "" {
				rounds[o.Round] = true
			}
			if says := o.mayBeSaid(q.Who.Agent); len(says) > 0 && says[0] == string(Acknowledge) {
				asked++
			}
		}
		if asked > 0 {
			out = append(out, web.Attention{Label: q.T("credit.debt.asked_of_you", "n", asked), Path: q.Path("credit", "debts")})
		}
		going, err := store.All(r, scanRound, roundsGoing)
		for _, x := range going {
			if x.State == Asking && rounds[x.ID] {
				out = append(out, web.Attention{Label: q.T("credit.round.look"), Path: q.Path("credit", "rounds", string(x.ID)), Detail: q.T("credit.round.look_until", "when", x.Until)})
			}
		}
		return err
	})
	return out, err
}
