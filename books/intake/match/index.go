package match

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"commonweal/books/intake"
	"commonweal/quantity"
)

// widest bounds how many items of one amount are compared with a payment: the
// nearest by day.
const widest = 50

// index finds items by their amount and by their references.
type index struct {
	items      []Item
	amounts    map[quantity.Amount][]int // by day and ID
	references map[string][]int          // by folded reference
	longest    int                       // words in a reference
}

func newIndex(items []Item) *index {
	x := &index{items: items, amounts: map[quantity.Amount][]int{}, references: map[string][]int{}}
	for i, it := range items {
		if !it.Amount.IsZero() {
			x.amounts[it.Amount] = append(x.amounts[it.Amount], i)
		}
		for _, r := range it.References {
			words := wordsOf(r)
			key := strings.Join(words, "")
			if len(key) < shortest || len(words) > mostWords {
				continue
			}
			x.longest = max(x.longest, len(words))
			if list := x.references[key]; !slices.Contains(list, i) {
				x.references[key] = append(list, i)
			}
		}
	}
	for _, list := range x.amounts {
		slices.SortFunc(list, func(a, b int) int {
			return cmp.Or(cmp.Compare(items[a].Day, items[b].Day), cmp.Compare(items[a].ID, items[b].ID))
		})
	}
	return x
}

// Bounds of references: shorter ones say nothing, longer texts are none.
const (
	shortest  = 3
	mostWords = 8
)

// withAmount returns the items of exactly a payment's amount that are not too
// far away, or are of its account, at most widest, the nearest first.
func (x *index) withAmount(p payment, days int) []int {
	var near []int
	for _, i := range x.amounts[p.amount] {
		if d, ok := distance(p.day, x.items[i].Day); !ok || d <= days || x.items[i].hasAccount(p.Party.Account) {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, func(a, b int) int {
		da, _ := distance(p.day, x.items[a].Day)
		db, _ := distance(p.day, x.items[b].Day)
		return cmp.Or(cmp.Compare(da, db), cmp.Compare(x.items[a].ID, x.items[b].ID))
	})
	return near[:min(len(near), widest)]
}

// hasAccount reports whether an account is one of the item's.
func (it *Item) hasAccount(a intake.Account) bool {
	return a != "" && slices.Contains(it.Accounts, a)
}

// distance is how many days lie between two; false when one is not said.
func distance(a, b string) (int, bool) {
	x, errX := time.Parse(time.DateOnly, a)
	y, errY := time.Parse(time.DateOnly, b)
	if errX != nil || errY != nil {
		return 0, false
	}
	return int(x.Sub(y).Abs() / (24 * time.Hour)), true
}

// named returns the items of which a reference is the payment's own, or stands
// in its text: the length of the longest one.
func (x *index) named(p payment) map[int]int {
	out := map[int]int{}
	found := func(key string) {
		list := x.references[key]
		if len(list) > widest {
			return // what so many items have in common names none of them
		}
		for _, i := range list {
			out[i] = max(out[i], len(key))
		}
	}
	for _, text := range []string{p.Reference, p.Mandate, p.Description} {
		words := wordsOf(text)
		for from := range words {
			key := ""
			for _, w := range words[from:min(from+x.longest, len(words))] {
				key += w
				found(key)
			}
		}
	}
	return out
}

// wordsOf folds a text to words of letters and digits without accents: what
// stays the same when a reference is written with other signs between.
func wordsOf(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}
