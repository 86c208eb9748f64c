package journal

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"commonweal/platform/fault"
)

// The example of C2SP tlog-cosignature: the message under a cosignature.
func TestCosignedMessage(t *testing.T) {
	const body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	if got := string(cosigned(1679315147, body)); got != "cosignature/v1\ntime 1679315147\n"+body {
		t.Errorf("the message is %q", got)
	}
	const theirs = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
	k := newTestKey(t)
	found, err := Cosignatures(body+"\n"+theirs+k.Cosign(body, time.Unix(1679315147, 0)), k.Cosigner())
	must(t, err)
	if len(found) != 1 || found[0].At.Unix() != 1679315147 || found[0].Key != k.Cosigner() {
		t.Errorf("beside one of a stranger: %+v", found)
	}
}

func TestKeysOfWitnesses(t *testing.T) {
	k := newTestKey(t)
	good := k.Cosigner()
	v, err := ParseCosigner(" " + good + "\n")
	must(t, err)
	if v.Name() != k.Name() {
		t.Errorf("the name is %q", v.Name())
	}
	log, err := note.NewEd25519VerifierKey(k.Name(), k.public())
	must(t, err)
	for _, bad := range []string{"", "x", log, good[:len(good)-4], good + "AAAA", strings.Replace(good, "+B", "+C", 1), "other" + good, strings.ToUpper(good), strings.Replace(good, "+", " ", 1)} {
		if _, err := ParseCosigner(bad); fault.CodeOf(err) != "journal.cosigner_malformed" {
			t.Errorf("%q: %v", bad, err)
		}
		if _, err := Cosignatures("x\n", bad); bad != "" && fault.CodeOf(err) != "journal.cosigner_malformed" {
			t.Errorf("%q among keys: %v", bad, err)
		}
	}
}

// A wrong cosignature by a known key is no cosignature, and is not overlooked either.
func TestWrongCosignatures(t *testing.T) {
	k := newTestKey(t)
	signed, err := k.sign(Checkpoint{"river.example", Head{3, tlog.Hash{1}}})
	must(t, err)
	line := k.Cosign(Body(signed), time.Unix(1, 0))
	other := k.Cosign("river.example\n4\n", time.Unix(1, 0))
	for what, lines := range map[string]string{"of another head": other, "cut": line[:len(line)-9] + "AA==\n", "of another time": later(t, line)} {
		if found, err := Cosignatures(signed+lines, k.Cosigner()); fault.CodeOf(err) != "journal.cosignature" {
			t.Errorf("%s: %+v, %v", what, found, err)
		}
	}
	if found, err := Cosignatures(signed, k.Cosigner()); err != nil || len(found) != 0 {
		t.Errorf("none: %+v, %v", found, err)
	}
	if found, err := Cosignatures(signed+line+line, k.Cosigner(), k.Cosigner()); err != nil || len(found) != 1 {
		t.Errorf("twice: %+v, %v", found, err)
	}
	if found, err := Cosignatures(signed + line); err != nil || len(found) != 0 {
		t.Errorf("no keys: %+v, %v", found, err)
	}
}

// later is the line with another time in it.
func later(t *testing.T, line string) string {
	t.Helper()
	at := strings.LastIndex(line, " ") + 1
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(line[at:], "\n"))
	must(t, err)
	raw[4+7]++
	return line[:at] + base64.StdEncoding.EncodeToString(raw) + "\n"
}

// Any bytes as a signed checkpoint, and as a key: never a panic, and what is accepted verifies again.
func FuzzCosignatures(f *testing.F) {
	k := newTestKey(f)
	signed, err := k.sign(Checkpoint{"river.example", Head{3, tlog.Hash{1}}})
	must(f, err)
	f.Add(signed+k.Cosign(Body(signed), time.Unix(1, 0)), k.Cosigner())
	f.Add("a\n0\n\n— b AAAA\n", "a+00000000+BAAA")
	f.Fuzz(func(t *testing.T, signed, vkey string) {
		_, _, _ = OpenCheckpoint(signed, vkey)
		found, err := Cosignatures(signed, k.Cosigner(), vkey)
		if err != nil {
			return
		}
		for _, c := range found {
			again, err := Cosignatures(Body(signed)+"\n"+c.Line+"\n", c.Key)
			if err != nil || len(again) != 1 {
				t.Fatalf("%q: %v", c.Line, err)
			}
		}
	})
}
