package witness

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"commonweal/platform/journal"
)

// The answers of C2SP tlog-witness, in the order of its text.
func TestAnswersOfTheProtocol(t *testing.T) {
	log, stranger := newTree(t, "log.example").grow(300, "a"), newTree(t, "log.example").grow(300, "a")
	fork := newTree(t, "log.example").grow(100, "a").grow(300, "b")
	fork.signer, fork.vkey = log.signer, log.vkey
	seen := log.head(100)
	swapped := log.ask(100, 300)
	swapped.Proof = slices.Clone(swapped.Proof)
	swapped.Proof[0], swapped.Proof[1] = swapped.Proof[1], swapped.Proof[0]
	for name, x := range map[string]struct {
		ask    Request
		seen   journal.Head
		status int
		size   int64
	}{
		"the first":              {log.ask(0, 100), journal.Head{}, 200, 0},
		"the empty tree":         {log.ask(0, 0), journal.Head{}, 200, 0},
		"longer":                 {log.ask(100, 300), seen, 200, 0},
		"the same again":         {log.ask(100, 100), seen, 200, 0},
		"no note":                {Request{Old: 100, Checkpoint: "log.example\n"}, seen, 400, 0},
		"nothing":                {Request{Old: 100}, seen, 400, 0},
		"signed by a stranger":   {stranger.ask(100, 300), seen, 403, 0},
		"old above size":         {Request{Old: 200, Checkpoint: log.checkpoint(150)}, seen, 400, 0},
		"from another size":      {log.ask(99, 300), seen, 409, 100},
		"from nothing":           {log.ask(0, 300), seen, 409, 100},
		"backwards":              {log.ask(50, 50), seen, 409, 100},
		"a first from somewhere": {log.ask(7, 100), journal.Head{}, 409, 0},
		"same size, other root":  {fork.ask(200, 200), log.head(200), 409, 200},
		"a fork":                 {fork.ask(150, 300), log.head(150), 422, 0},
		"a proof too short":      {Request{Old: 100, Proof: log.ask(100, 300).Proof[1:], Checkpoint: log.checkpoint(300)}, seen, 422, 0},
		"a proof too long":       {Request{Old: 100, Proof: append(log.ask(100, 300).Proof, tlog.Hash{}), Checkpoint: log.checkpoint(300)}, seen, 422, 0},
		"a proof out of order":   {swapped, seen, 422, 0},
		"a proof for nothing":    {Request{Proof: log.ask(100, 300).Proof, Checkpoint: log.checkpoint(300)}, journal.Head{}, 422, 0},
		"a proof of the same":    {Request{Old: 100, Proof: log.ask(100, 300).Proof, Checkpoint: log.checkpoint(100)}, seen, 422, 0},
	} {
		head, refusal := Judge(x.ask, []string{log.vkey}, x.seen)
		switch {
		case x.status == 200 && refusal != nil:
			t.Errorf("%s: refused: %v", name, refusal)
		case x.status == 200 && head.Head != log.head(head.Size):
			t.Errorf("%s: accepted %+v", name, head)
		case x.status != 200 && (refusal == nil || refusal.Status != x.status || refusal.Size != x.size || refusal.Error() == ""):
			t.Errorf("%s: got %+v, want %d with size %d", name, refusal, x.status, x.size)
		}
	}
}

// A fork at every position is refused, whatever the witness saw last and however
// the fork is proven.
func TestInvariant1NoForkIsCosigned(t *testing.T) {
	log := newTree(t, "log.example").grow(40, "a")
	for at := range int64(40) {
		fork := newTree(t, "log.example").grow(at, "a").grow(40, "b")
		fork.signer, fork.vkey = log.signer, log.vkey
		for seen := at + 1; seen <= 40; seen++ {
			for size := seen; size <= 40; size++ {
				if _, refusal := Judge(fork.ask(seen, size), []string{log.vkey}, log.head(seen)); refusal == nil {
					t.Fatalf("a fork at %d was accepted from %d to %d", at, seen, size)
				}
			}
		}
	}
}

// Every pair of sizes of one log is accepted.
func TestEveryExtensionIsAccepted(t *testing.T) {
	log := newTree(t, "log.example").grow(300, "a")
	for size := int64(0); size <= 300; size++ {
		for old := int64(0); old <= size; old++ {
			if old != 0 && size > 40 && (size+old)%7 != 0 { // signing 45,000 notes takes long; every residue comes up
				continue
			}
			if _, refusal := Judge(log.ask(old, size), []string{log.vkey}, log.head(old)); refusal != nil {
				t.Fatalf("from %d to %d: %v", old, size, refusal)
			}
		}
	}
}

func TestInvariant2RequestsAreReadAsWritten(t *testing.T) {
	log := newTree(t, "log.example").grow(70, "a")
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, 70).Draw(t, "size")
		ask := log.ask(rapid.Int64Range(0, size).Draw(t, "old"), size)
		again, err := ParseRequest(ask.Text())
		if err != nil || string(again.Text()) != string(ask.Text()) || again.Old != ask.Old || !slices.Equal(again.Proof, ask.Proof) || again.Checkpoint != ask.Checkpoint {
			t.Fatalf("%v: %+v became %+v", err, ask, again)
		}
	})
}

func TestMalformedRequests(t *testing.T) {
	good := string(newTree(t, "log.example").grow(9, "a").ask(3, 9).Text())
	line := strings.Split(good, "\n")[1]
	for name, body := range map[string]string{
		"empty": "", "no old": good[4:], "a space more": strings.Replace(good, "old ", "old  ", 1), "a zero in front": strings.Replace(good, "old 3", "old 03", 1),
		"a sign": strings.Replace(good, "old 3", "old +3", 1), "negative": strings.Replace(good, "old 3", "old -3", 1), "too large a number": strings.Replace(good, "old 3", "old 9223372036854775808", 1),
		"no empty line": strings.Replace(good, "\n\n", "\n", 1), "a hash cut": strings.Replace(good, line, line[:40], 1), "a carriage return": strings.Replace(good, line, line+"\r", 1),
		"a hash that is none": strings.Replace(good, line, "!"+line[1:], 1), "64 hashes": strings.Replace(good, line, strings.Repeat(line+"\n", 63)+line, 1),
		"too large": good + strings.Repeat("x", MaxRequest),
	} {
		if r, err := ParseRequest([]byte(body)); err == nil {
			t.Errorf("%s: read as %+v", name, r)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	log := newTree(f, "log.example").grow(9, "a")
	f.Add(log.ask(3, 9).Text())
	f.Add([]byte("old 0\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseRequest(body)
		if err != nil {
			return
		}
		if string(r.Text()) != string(body) {
			t.Fatalf("%q is read and written as %q", body, r.Text())
		}
		if head, refusal := Judge(r, []string{log.vkey}, journal.Head{}); refusal == nil && head.Head != log.head(head.Size) {
			t.Fatalf("accepted %+v", head)
		}
	})
}

func ExampleJudge() {
	_, refusal := Judge(Request{Old: 5, Checkpoint: "log.example\n9\n"}, nil, journal.Head{Size: 5})
	fmt.Println(refusal.Status)
	// Output: 400
}
