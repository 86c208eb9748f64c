package gitlog

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// FuzzStream reads whatever a git might write.
func FuzzStream(f *testing.F) {
	good := "\x00commit\x00" + strings.Join([]string{"abc", "Ada", "ada@example.org", "1772445600 +0100", "1", "p1 p2", "subject", "Bo <bo@x>\x01Cy", ""}, "\x00") + "\x00\x003\t4\tname\x00-\t-\tpicture\x00"
	f.Add([]byte(good + good))
	f.Add([]byte("commit\x00commit\x00commit\x00"))
	f.Fuzz(func(t *testing.T, log []byte) {
		s := stream{in: bufio.NewReader(bytes.NewReader(log))}
		for range len(log) + 2 {
			c, err := s.commit(time.UTC)
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.author.ID == "" || c.lines < 0 {
				t.Fatalf("%+v is not whole", c)
			}
		}
		t.Fatal("the reading does not end")
	})
}

func TestCountsBelongToTheirCommit(t *testing.T) {
	one := func(hash, counts string) string {
		return "\x00commit\x00" + strings.Join([]string{hash, "Ada", "a@x", "1772445600 +0000", "1", "", "commit", "", ""}, "\x00") + "\x00" + counts
	}
	s := stream{in: bufio.NewReader(strings.NewReader(one("a", "\x00\n3\t4\tcommit\x00-\t-\tpicture\x00") + one("b", "") + one("c", "\x0010\t0\tx\ty\x00")))}
	for _, want := range []int64{7, 0, 10} {
		c, err := s.commit(time.UTC)
		if err != nil || c.lines != want {
			t.Errorf("%s counts %d lines (%v), want %d", c.hash, c.lines, err, want)
		}
	}
}
