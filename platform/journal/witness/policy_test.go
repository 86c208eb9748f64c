package witness

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// cast is a log and five witnesses, with a policy of two groups as in the text
// of C2SP tlog-policy.
type cast struct {
	log  *tree
	keys []string // vkeys of X1, X2, X3, Y1, Y2
	text string
}

func newCast(t testing.TB) cast {
	c := cast{log: newTree(t, "log.example").grow(9, "a")}
	names := []string{"X1", "X2", "X3", "Y1", "Y2"}
	lines := []string{"# an example", "log " + c.log.vkey, ""}
	for _, n := range names {
		c.keys = append(c.keys, cosigner(t, "witness.example/"+n).Cosigner())
		lines = append(lines, "witness "+n+"\t"+c.keys[len(c.keys)-1])
	}
	c.text = strings.Join(append(lines, "group X-witnesses 2 X1 X2 X3", "  group Y-witnesses any Y1 Y2", "group X-and-Y all X-witnesses Y-witnesses", "quorum X-and-Y", ""), "\n")
	return c
}

func TestGroupsOfTheExample(t *testing.T) {
	c := newCast(t)
	p, err := ParsePolicy(c.text)
	must(t, err)
	for _, x := range []struct {
		who    string
		enough bool
	}{{"", false}, {"0", false}, {"01", false}, {"03", false}, {"34", false}, {"013", true}, {"124", true}, {"01234", true}, {"012", false}} {
		var keys []string
		for _, i := range x.who {
			keys = append(keys, c.keys[i-'0'])
		}
		if p.Satisfied(keys) != x.enough {
			t.Errorf("with %q: %t", x.who, !x.enough)
		}
	}
	if got := p.LogKeys(); len(got) != 1 || got[0] != c.log.vkey {
		t.Errorf("logs %q", got)
	}
}

// A checkpoint is weighed by the cosignatures that are under it.
func TestCheckCountsVerifiedCosignatures(t *testing.T) {
	log := newTree(t, "log.example").grow(9, "a")
	a, b := cosigner(t, "a.example"), cosigner(t, "b.example")
	p, err := ParsePolicy("witness a " + a.Cosigner() + "\nwitness b " + b.Cosigner() + "\ngroup both all a b\nquorum both\n")
	must(t, err)
	signed := log.checkpoint(9)
	body, _, _ := strings.Cut(signed, "\n\n")
	body += "\n"
	one := signed + a.Cosign(body, noon)
	if _, err := p.Check(one); fault.CodeOf(err) != "witness.quorum" {
		t.Errorf("one of two: %v", err)
	}
	found, err := p.Check(one + b.Cosign(body, noon) + cosigner(t, "c.example").Cosign(body, noon))
	must(t, err)
	if len(found) != 2 || found[0].Witness() != "a.example" || !found[0].At.Equal(noon) {
		t.Errorf("found %+v", found)
	}
	if _, err := p.Check(one + b.Cosign(strings.Replace(body, "\n9\n", "\n8\n", 1), noon)); fault.CodeOf(err) != "journal.cosignature" {
		t.Errorf("a cosignature of another head: %v", err)
	}
	if got, err := p.Check(one + one[strings.LastIndex(one, "—"):]); fault.CodeOf(err) != "witness.quorum" || len(got) != 1 {
		t.Errorf("one that counts twice: %v, %v", got, err)
	}
}

func TestPoliciesRefused(t *testing.T) {
	c := newCast(t)
	w := "witness a " + c.keys[0] + "\n"
	other := cosigner(t, "x.example").Cosigner()
	logKey, _ := note.NewVerifier(c.log.vkey)
	if logKey == nil {
		t.Fatal("no key")
	}
	for text, code := range map[string]string{
		"":                                      "witness.policy_quorum",
		w:                                       "witness.policy_quorum",
		w + "quorum b\n":                        "witness.policy_quorum",
		w + "quorum a\nquorum a\n":              "witness.policy_quorum",
		w + "quorum a b\n":                      "witness.policy_line",
		"witness none " + other + "\n":          "witness.policy_name",
		w + "witness a " + other:                "witness.policy_name",
		w + strings.Replace(w, " a ", " b ", 1): "witness.policy_twice",
		"witness a " + c.log.vkey:               "journal.cosigner_malformed",
		"log " + c.keys[0]:                      "journal.key_malformed",
		w + "group g 0 a":                       "witness.policy_line",
		w + "group g 2 a":                       "witness.policy_line",
		w + "group g 01 a":                      "witness.policy_line",
		w + "group g any":                       "witness.policy_line",
		w + "group g any b":                     "witness.policy_member",
		w + "group g any none":                  "witness.policy_member",
		w + "group g any g":                     "witness.policy_member",
		w + "group g 1 a a":                     "witness.policy_member",
		w + "group g any a\ngroup h any a":      "witness.policy_member",
		w + "group a any a":                     "witness.policy_name",
		"nonsense":                              "witness.policy_line",
		w + "quorum\u00a0a":                     "witness.policy_line",
		"quorum none\x00":                       "witness.policy_line",
		"quorum none\r\n":                       "witness.policy_line",
		strings.Repeat("#\n", maxLines) + "quorum none": "witness.policy_too_large",
	} {
		if p, err := ParsePolicy(text); fault.CodeOf(err) != code {
			t.Errorf("%.60q: %v, %+v; want %s", text, err, p, code)
		}
	}
	_, err := ParsePolicy("# one\nquorum none\nnonsense")
	if e := fault.As(err); e == nil || e.Line != 3 {
		t.Errorf("the line at fault: %v", err)
	}
}

// A random policy is read as it is written, and whoever cosigns more never spoils it.
func TestInvariants2And3OfPolicies(t *testing.T) {
	var keys []string
	for i := range 8 {
		keys = append(keys, cosigner(t, fmt.Sprintf("w%d.example", i)).Cosigner())
	}
	rapid.Check(t, func(t *rapid.T) {
		p, free := Policy{}, []string{}
		for i, k := range keys[:rapid.IntRange(1, 8).Draw(t, "n")] {
			p.Witnesses = append(p.Witnesses, Witness{fmt.Sprint("w", i), k, ""})
			free = append(free, fmt.Sprint("w", i))
		}
		for g := 0; len(free) > 1 && rapid.Bool().Draw(t, "group"); g++ {
			n := rapid.IntRange(1, len(free)).Draw(t, "members")
			name := fmt.Sprint("g", g)
			p.Groups = append(p.Groups, Group{name, rapid.IntRange(1, n).Draw(t, "least"), slices.Clone(free[:n])})
			free = append(free[n:], name)
		}
		p.Quorum = rapid.SampledFrom(append(free, NoQuorum)).Draw(t, "quorum")
		again, err := ParsePolicy(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%v:\n%s", err, p)
		}
		some := rapid.SliceOfDistinct(rapid.SampledFrom(keys), rapid.ID).Draw(t, "some")
		more := append(slices.Clone(some), rapid.SampledFrom(keys).Draw(t, "more"))
		if p.Satisfied(some) && !p.Satisfied(more) {
			t.Fatalf("%q are enough, %q are not:\n%s", some, more, p)
		}
	})
}

func FuzzParsePolicy(f *testing.F) {
	f.Add(newCast(f).text)
	f.Add("quorum none")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePolicy(text)
		if err != nil {
			return
		}
		again, err := ParsePolicy(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%q is written as %q: %v", text, p, err)
		}
	})
}
