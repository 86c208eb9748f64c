package intake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Recognized says what became of one line of a new file.
type Recognized struct {
	Known  int    // place of the line in known; -1 when it is new
	Reason string // in words; empty when it is new
}

// Recognize pairs the lines of a new file with the known ones that are the same
// movements, so that overlapping exports, and exports in different formats, add
// each movement once. known may be all lines with the Fingerprints of incoming;
// the answer has one element for each line of incoming.
//
// Same movements have one fingerprint. Of several with one fingerprint, those
// go together that agree most (the bank's reference, the other account, the
// reference, the name); two that contradict each other, such as payments from
// two different accounts, never do.
func Recognize(known, incoming []Line) []Recognized {
	out := make([]Recognized, len(incoming))
	groups := map[string]*group{}
	for i, l := range incoming {
		out[i].Known = -1
		g := groups[l.Fingerprint]
		if g == nil {
			g = &group{}
			groups[l.Fingerprint] = g
		}
		g.incoming = append(g.incoming, i)
	}
	for i, l := range known {
		if g := groups[l.Fingerprint]; g != nil {
			g.known = append(g.known, i)
		}
	}
	for _, g := range groups {
		g.pair(known, incoming, out)
	}
	return out
}

// group is the lines with one fingerprint, by their places.
type group struct{ known, incoming []int }

// widest bounds the pairs that are compared in one group. In a larger one, only
// lines with the very same text are the same.
const widest = 10_000

// pair takes pairs off, those that agree most first. Lines that no comparison
// tells apart may swap; that changes nothing but their places.
func (g *group) pair(known, incoming []Line, out []Recognized) {
	g.pairAlike(known, incoming, out)
	if len(g.known)*len(g.incoming) > widest {
		return
	}
	type candidate struct {
		k, i   int
		score  int
		reason string
	}
	var all []candidate
	for _, k := range g.known {
		for _, i := range g.incoming {
			if score, reason, ok := same(&known[k], &incoming[i]); ok {
				all = append(all, candidate{k, i, score, reason})
			}
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(text(&known[a.k]), text(&known[b.k])), strings.Compare(text(&incoming[a.i]), text(&incoming[b.i])),
			cmp.Compare(known[a.k].Nth, known[b.k].Nth), cmp.Compare(incoming[a.i].Nth, incoming[b.i].Nth))
	})
	taken := map[int]bool{}
	for _, c := range all {
		if !taken[c.k] && out[c.i].Known < 0 {
			taken[c.k] = true
			out[c.i] = Recognized{c.k, c.reason}
		}
	}
}

// pairAlike takes the pairs off that read the same to the last letter.
func (g *group) pairAlike(known, incoming []Line, out []Recognized) {
	alike := map[string][]int{}
	for _, k := range g.known {
		t := text(&known[k])
		alike[t] = append(alike[t], k)
	}
	taken := map[int]bool{}
	for _, i := range g.incoming {
		t := text(&incoming[i])
		if list := alike[t]; len(list) > 0 {
			out[i] = Recognized{list[0], "the same line"}
			alike[t], taken[list[0]] = list[1:], true
		}
	}
	g.known = slices.DeleteFunc(g.known, func(k int) bool { return taken[k] })
	g.incoming = slices.DeleteFunc(g.incoming, func(i int) bool { return out[i].Known >= 0 })
}

// text is everything a line says besides its fingerprint.
func text(l *Line) string {
	return strings.Join([]string{l.Format, l.BankReference, l.Reference, string(l.Party.Account), l.Party.Name, l.Mandate, l.Description, l.Code}, "\x00")
}

// same compares two lines with one fingerprint: how much they agree, in words,
// or that they cannot be the same movement.
func same(a, b *Line) (score int, reason string, ok bool) {
	oneFormat := a.Format == b.Format
	agreed := []string{"account, day and amount"}
	for _, c := range []struct {
		a, b   string
		weight int
		what   string
		strict bool // a difference is a contradiction
	}{
		{a.BankReference, b.BankReference, 8, "the bank's reference", oneFormat},
		{string(a.Party.Account), string(b.Party.Account), 4, "the other account", oneFormat || a.Party.Account.IsIBAN() && b.Party.Account.IsIBAN()},
		{a.Reference, b.Reference, 4, "the reference", oneFormat},
		{a.Party.Name, b.Party.Name, 2, "the name", false},
		{a.Description, b.Description, 1, "the description", false},
	} {
		x, y := letters(c.a), letters(c.b)
		switch {
		case x == "" || y == "":
		case x == y:
			score += c.weight
			agreed = append(agreed, c.what)
		case c.strict:
			return 0, "", false
		}
	}
	return score, "same " + strings.Join(agreed, ", "), true
}

// letters folds a text to what all formats keep of it.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
