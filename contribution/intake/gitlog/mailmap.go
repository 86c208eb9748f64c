package gitlog

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"strings"

	"commonweal/contribution/intake"
)

// mailmap asks git check-mailmap who a person of a trailer is: git itself maps
// authors only. The process starts with the first trailer and answers line by
// line.
type mailmap struct {
	start func() *exec.Cmd
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	known map[string]intake.Identity
}

// mostKnown bounds how many answers are remembered.
const mostKnown = 100_000

func (o *Options) mailmap(ctx context.Context) *mailmap {
	return &mailmap{start: func() *exec.Cmd { return o.command(ctx, "check-mailmap", "--stdin") }, known: map[string]intake.Identity{}}
}

// apply maps the people of a commit's trailers.
func (m *mailmap) apply(people []intake.Identity) error {
	for i, p := range people {
		mail, ok := strings.CutPrefix(p.ID, "mailto:")
		if !ok {
			continue
		}
		contact := plainly(p.Name) + " <" + plainly(mail) + ">"
		who, ok := m.known[contact]
		if !ok {
			answer, err := m.ask(contact)
			if err != nil {
				return err
			}
			who = identity(splitPerson(answer))
			if len(m.known) < mostKnown {
				m.known[contact] = who
			}
		}
		people[i] = who
	}
	return nil
}

// plainly removes what would end a contact early.
func plainly(s string) string { return strings.NewReplacer("<", "", ">", "", "\n", " ").Replace(s) }

func (m *mailmap) ask(contact string) (string, error) {
	if m.cmd == nil {
		m.cmd = m.start()
		in, err := m.cmd.StdinPipe()
		if err != nil {
			return "", err
		}
		out, err := m.cmd.StdoutPipe()
		if err != nil {
			return "", err
		}
		m.in, m.out = in, bufio.NewReader(out)
		if err := m.cmd.Start(); err != nil {
			return "", err
		}
	}
	if _, err := io.WriteString(m.in, contact+"\n"); err != nil {
		return "", err
	}
	return m.out.ReadString('\n')
}

// close ends the process, if there is one.
func (m *mailmap) close() {
	if m.cmd != nil && m.in != nil {
		m.in.Close()
		m.cmd.Wait()
	}
}
