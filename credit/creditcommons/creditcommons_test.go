package creditcommons

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

func refused(t testing.TB, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("it ended with %v, want the refusal %s", err, code)
	}
}

// The workflows that are seen: who pays, done; the payee asks and the payer approves.
func TestWorkflowsOfTheField(t *testing.T) {
	pay, err := ParseWorkflow("_C-")
	if err != nil || pay.First != Completed || pay.By != Payer || pay.Confirm {
		t.Errorf("%+v: %v", pay, err)
	}
	bill, err := ParseWorkflow("_P+PC-")
	if err != nil || !bill.May(Pending, Completed, Payer) || bill.May(Pending, Completed, Payee) {
		t.Errorf("%+v: %v", bill, err)
	}
	for _, text := range []string{"", "_", "C-", "_C", "_Q-", "_C?", "_P+PP-", "_P+PC-PC-", "_P+PC", "xC-", "_V-", strings.Repeat("_C-", 30)} {
		_, err := ParseWorkflow(text)
		refused(t, err, "creditcommons.workflow")
	}
}

// The payee cannot complete what they asked for themselves, however it is written.
func TestInvariant4OnlyThePayerIsDebited(t *testing.T) {
	for _, text := range []string{"_C+", "_C=", "_P+PC+", "_P+PC=", "|P=PC+"} {
		_, err := ParseWorkflow(text)
		refused(t, err, "creditcommons.workflow")
	}
}

func TestInvariant2RatesAndAmounts(t *testing.T) {
	r := Rate{Units: 3, Trunk: 1} // three of ours are one of the trunk's
	for ours, want := range map[Quant]Quant{3_000_000: 1_000_000, 1_000_000: 333_333, 2_000_000: 666_667} {
		if got, err := r.Trunkward(ours); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", ours, got, err, want)
		}
	}
	if got, err := r.Limit(1_000_000); err != nil || got != 333_334 {
		t.Errorf("the limit is %s: %v", got, err)
	}
	if got, err := r.Limit(-1_000_000); err != nil || got != -333_333 {
		t.Errorf("the limit is %s: %v", got, err)
	}
	if got, err := r.Leafward(1_000_000); err != nil || got != 3_000_000 {
		t.Errorf("it is %s: %v", got, err)
	}
	for _, text := range []string{"1e3", "NaN", `"1,5"`, "0.0000001", "+1", "9223372036854775808", "null", "true", ""} {
		var q Quant
		if err := q.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%q is read as %s", text, q)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Quant(rapid.Int64().Draw(t, "quant"))
		b, _ := json.Marshal(q)
		var back Quant
		if err := json.Unmarshal(b, &back); err != nil || back != q {
			t.Fatalf("%d became %s and %d: %v", q, b, back, err)
		}
	})
}

func sale() Transaction {
	return Transaction{UUID: "01900000-0000-7000-8000-000000000000", State: "C", Type: "_C-", Entries: []Entry{{Payer: "alice", Payee: "trunk/other/bob", Quant: 12_500_000, Description: "bread"}, {Payer: "alice", Payee: "fees", Quant: 100_000}}}
}

// The five fields as they are hashed, worked by hand: md5sum of the text below.
func TestInvariant3HashOfTheChain(t *testing.T) {
	// printf '%s' 'abc|01900000-0000-7000-8000-000000000000|C|12.5|bread|0.1||0' | md5sum
	if got := Last("abc", sale()); got != "5d5a8ba35ec63804c9b05189973dd0ec" {
		t.Errorf("the hash is %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := sale(), sale()
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			b.Entries[0].Quant += Quant(rapid.Int64Range(1, 1000).Draw(t, "more"))
		case 1:
			b.State = "E"
		case 2:
			b.Version = rapid.IntRange(1, 9).Draw(t, "version")
		case 3:
			b.Entries[0].Description += rapid.StringN(1, 5, 20).Draw(t, "text")
		}
		if Last("x", a) == Last("x", b) || Last("x", a) == Last("y", a) {
			t.Fatal("two stories have one hash")
		}
	})
}

func TestAuthentication(t *testing.T) {
	h := http.Header{}
	Sign(h, "twig", "abc", "leaf>")
	if err := Authenticate(h, "twig", "abc"); err != nil || h.Get(TraceHeader) != "leaf>twig>" {
		t.Error(err, h)
	}
	refused(t, Authenticate(h, "twig", "abd"), "creditcommons.hash_mismatch")
	refused(t, Authenticate(h, "bough", "abc"), "creditcommons.hash_mismatch")
	refused(t, Authenticate(http.Header{}, "twig", "abc"), "creditcommons.hash_mismatch")
}

// A node drops everything up to its own name; what it does not know goes trunkward, whole.
func TestPathsAreResolved(t *testing.T) {
	leaf := func(name string) bool { return name == "twig" }
	for text, want := range map[string]Way{
		"alice":                   {Account: "alice"},
		"trunk/branch/alice":      {Account: "alice"},
		"branch/twig/bob":         {Leaf: "twig", Rest: Path{Parts: []string{"bob"}}},
		"twig/bob":                {Leaf: "twig", Rest: Path{Parts: []string{"bob"}}},
		"trunk/other/carol":       {Trunkward: true, Rest: Path{Parts: []string{"trunk", "other", "carol"}}},
		"other/":                  {Trunkward: true, Rest: Path{Parts: []string{"other"}, Node: true}},
		"trunk/branch/":           {Rest: Path{Node: true}},
		"trunk/branch/twig/carol": {Leaf: "twig", Rest: Path{Parts: []string{"carol"}}},
	} {
		p, err := ParsePath(text)
		if err != nil || p.String() != text {
			t.Fatal(p, err)
		}
		got := p.Resolve("branch", leaf)
		if got.Account != want.Account || got.Leaf != want.Leaf || got.Trunkward != want.Trunkward || got.Rest.String() != want.Rest.String() {
			t.Errorf("%s goes to %+v, want %+v", text, got, want)
		}
	}
	for _, text := range []string{"", "/", "a//b", "../x", "a/../b", "a b", "é", strings.Repeat("a/", 20) + "b"} {
		_, err := ParsePath(text)
		refused(t, err, "creditcommons.path")
	}
}

func TestTransactionsThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Transaction)
		code   string
	}{
		"itself":    {func(x *Transaction) { x.Entries[0].Payee = "alice" }, "creditcommons.same_account"},
		"nothing":   {func(x *Transaction) { x.Entries[0].Quant = 0 }, "creditcommons.quant"},
		"backwards": {func(x *Transaction) { x.Entries[0].Quant = -1 }, "creditcommons.quant"},
		"no one":    {func(x *Transaction) { x.Entries = nil }, "creditcommons.fields"},
		"state":     {func(x *Transaction) { x.State = "Z" }, "creditcommons.fields"},
		"uuid":      {func(x *Transaction) { x.UUID = "1" }, "creditcommons.fields"},
		"path":      {func(x *Transaction) { x.Entries[0].Payer = "a//b" }, "creditcommons.path"},
	} {
		x := sale()
		c.change(&x)
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadTransaction(b); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	_, err := ReadTransaction(make([]byte, MaxBody+1))
	refused(t, err, "creditcommons.too_large")
	_, err = ReadTransaction([]byte("{} {}"))
	refused(t, err, "creditcommons.json")
}

// Errors come as objects from one program and as texts from another.
func TestProblemsOfBothForms(t *testing.T) {
	list := ReadProblems([]byte(`{"errors":["Something broke",{"class":"MaxLimit","node":"trunk"}]}`))
	if len(list) != 2 || list[0].Text != "Something broke" || list[1].Class != "MaxLimit" {
		t.Errorf("%+v", list)
	}
	if ReadProblems([]byte("<html>")) != nil {
		t.Error("a page is read as errors")
	}
}

func FuzzParseWorkflow(f *testing.F) {
	for _, text := range []string{"_C-", "_P+PC-", "|P-PC+CX+"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if w, err := ParseWorkflow(text); err == nil && w.String() != text {
			t.Fatalf("%q became %q", text, w)
		}
	})
}

func FuzzReadTransaction(f *testing.F) {
	b, _ := json.Marshal(sale())
	f.Add(b)
	f.Add([]byte(`{"entries":[{"quant":1e9}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		x, err := ReadTransaction(body)
		if err != nil {
			return
		}
		again, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		y, err := ReadTransaction(again)
		if err != nil || Last("", x) != Last("", y) {
			t.Fatalf("%s became %s: %v", body, again, err)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	f.Add("trunk/branch/alice")
	f.Add("branch/")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePath(text); err == nil && p.String() != text {
			t.Fatalf("%q became %q", text, p)
		}
	})
}
