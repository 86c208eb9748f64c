package contribution

import (
	"strconv"
	"strings"

	"commonweal/platform/store"
	"commonweal/platform/web"
)

// partSummary is a part of an equation on the line that stands for it while
// its fields are folded away: its name, its share, and what it does.
type partSummary struct {
	At, Title, Share string
	Rules            []ruleWords
	Lines            []string
}

// summarize puts every part of the equation into words.
func (page *editorPage) summarize(q *web.Request, r store.Reader, s *Settings) error {
	called, err := loadNames(q, r, partiesOf(page.Text)...)
	if err != nil {
		return err
	}
	w := wording{q: q, s: s, called: called, unit: page.Text.Unit}
	for i, b := range page.Text.Buckets {
		words := w.bucket(page.Text, b)
		p := partSummary{At: strconv.Itoa(i), Title: b.Label, Rules: words.Rules, Lines: words.Lines}
		if b.Percent != "" {
			p.Share = q.T("contribution.editor.percent_of", "percent", w.number(b.Percent))
		}
		page.Says = append(page.Says, p)
	}
	return nil
}

// unfold opens the parts that ask for attention: those in which something is
// wrong, what a button has just made or changed, and what has no name yet.
// Everything else stays folded, so that a long equation is read at a glance.
func (page *editorPage) unfold(do string) {
	touched := touchedBy(do, len(page.Buckets))
	for i := range page.Buckets {
		b := &page.Buckets[i]
		b.Says = page.Says[i]
		b.Open = page.wrong(b.P) || i == touched.bucket || b.Label == ""
		for _, name := range []string{"filter.", "division", "aboveOwed", "scope", "policy.", "cap.", "leftover.agent"} {
			b.MoreOpen = b.MoreOpen || page.wrong(b.P+name)
		}
		for j := range b.RuleEdits {
			r := &b.RuleEdits[j]
			r.Says = b.Says.Rules[j]
			r.Folds = len(b.RuleEdits) > 1
			r.Open = page.wrong(r.P) || i == touched.bucket && (j == touched.rule || touched.rule < 0 && j == len(b.RuleEdits)-1)
			for _, name := range []string{"stream", "perClaimCap", "processTypes", "resourceTypes", "unit", "riskMultipliers"} {
				r.MoreOpen = r.MoreOpen || page.wrong(r.P+name)
			}
			r.MoreOpen = r.MoreOpen || touched.risk && r.Open
		}
	}
}

// wrong reports whether something is wrong in a field whose name begins so.
func (page *editorPage) wrong(prefix string) bool {
	for _, e := range page.Form.Errors() {
		if strings.HasPrefix(e.Field, prefix) {
			return true
		}
	}
	return false
}

// touch is what a button of the editor has changed; -1 for none.
type touch struct {
	bucket, rule int
	risk         bool
}

// touchedBy says which of n parts the button of changeShape has changed.
func touchedBy(do string, n int) touch {
	t := touch{-1, -1, false}
	parts := strings.Split(do, ".")
	if len(parts) < 2 {
		return t
	}
	number := func(i int) int {
		if i < len(parts) {
			if at, err := strconv.Atoi(parts[i]); err == nil {
				return at
			}
		}
		return -1
	}
	switch {
	case do == "add.makers" || do == "add.payees":
		t.bucket = n - 1
	case parts[1] == "bucket" || parts[1] == "constant": // moved or gone: nothing to fill in
	default:
		t.bucket = number(2)
		if parts[1] == "risk" {
			t.rule, t.risk = number(3), true
		}
	}
	return t
}
