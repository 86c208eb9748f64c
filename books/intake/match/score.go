package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hbollon/go-edlib"

	"commonweal/quantity"
)

// telling is how long a reference must be not to be found by chance.
const telling = 5

// score compares a payment with one item; named is the length of the reference
// that the payment names, 0 for none.
func (x *index) score(p payment, item, named int, o Options) Candidate {
	it := &x.items[item]
	c := Candidate{Items: []int{item}}
	if p.amount.Unit != it.Amount.Unit || p.amount.Sign() != it.Amount.Sign() {
		return c
	}
	switch larger := magnitude(p.amount) > magnitude(it.Amount); {
	case p.amount == it.Amount:
		c.add("amount", 40, "the same amount")
	case named == 0:
		return c
	case larger:
		c.add("over", 10, fmt.Sprintf("%s of %s is open: more was paid", it.Amount.Decimal(), it.Amount.Unit))
	default:
		c.add("part", 10, fmt.Sprintf("a part of the %s that are open", it.Amount))
	}
	c.reference(named)
	x.rest(&c, p, it, o)
	return c
}

// reference adds the points of a reference of so many letters.
func (c *Candidate) reference(length int) {
	switch {
	case length >= telling:
		c.add("reference", 40, "names its reference")
	case length > 0:
		c.add("reference", 15, "names its short reference")
	}
}

// rest adds the points for the other side and for the day.
func (x *index) rest(c *Candidate, p payment, it *Item, o Options) {
	if it.hasAccount(p.Party.Account) {
		c.add("account", 25, "the same account "+string(p.Party.Account))
	}
	if alike, name := likest(p.Party.Name, it.Names); alike > 60 {
		c.add("name", (alike-60)/2, fmt.Sprintf("the name is %d%% like %s", alike, name))
	}
	if days, ok := distance(p.day, it.Day); ok && days <= o.Days {
		c.add("day", 15-15*days/max(o.Days, 1), daysApart(days))
	}
}

func daysApart(days int) string {
	switch days {
	case 0:
		return "on the same day"
	case 1:
		return "one day apart"
	}
	return fmt.Sprintf("%d days apart", days)
}

// add keeps a reason with its points, as far as there is room below 100.
func (c *Candidate) add(code string, points int, text string) {
	if points = min(points, 100-c.Score); points > 0 {
		c.Score += points
		c.Reasons = append(c.Reasons, Reason{code, points, text})
	}
}

// magnitude is the size of an amount in millionths.
func magnitude(a quantity.Amount) uint64 {
	if a.Micros < 0 {
		return -uint64(a.Micros)
	}
	return uint64(a.Micros)
}

// longestName bounds what is compared, in bytes.
const longestName = 60

// likest returns how alike a name and the likest of several are, in percent.
func likest(name string, names []string) (percent int, which string) {
	sorted := sortedWords(name)
	if sorted == "" {
		return 0, ""
	}
	for _, n := range names {
		other := sortedWords(n)
		if other == "" {
			continue
		}
		long := max(len([]rune(sorted)), len([]rune(other)))
		alike := 100 * (long - edlib.OSADamerauLevenshteinDistance(sorted, other)) / long
		if alike > percent || alike == percent && n < which {
			percent, which = alike, n
		}
	}
	return percent, which
}

// sortedWords is a name whose words stand in the order of the alphabet, so that
// "Fictief, Zoë" is "Zoe Fictief".
func sortedWords(name string) string {
	words := wordsOf(name)
	slices.Sort(words)
	text := strings.Join(words, " ")
	if len(text) > longestName {
		text = strings.ToValidUTF8(text[:longestName], "")
	}
	return text
}

// together makes one candidate of all the items that a payment names, when it
// pays them exactly.
func (x *index) together(p payment, named map[int]int, o Options) (Candidate, bool) {
	if len(named) < 2 {
		return Candidate{}, false
	}
	var c Candidate
	sum := quantity.Amount{Unit: p.amount.Unit}
	length := telling
	for _, i := range sortedKeys(named) {
		it := &x.items[i]
		var err error
		if sum, err = sum.Add(it.Amount); err != nil || it.Amount.Sign() != p.amount.Sign() {
			return Candidate{}, false
		}
		c.Items = append(c.Items, i)
		length = min(length, named[i])
	}
	if sum != p.amount {
		return Candidate{}, false
	}
	slices.SortFunc(c.Items, func(a, b int) int { return strings.Compare(x.items[a].ID, x.items[b].ID) })
	c.add("several", 40, fmt.Sprintf("%d items that are the same amount together", len(c.Items)))
	c.reference(length)
	x.rest(&c, p, &x.items[c.Items[0]], o)
	return c, c.Score >= o.Least
}
