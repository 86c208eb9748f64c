package witness

import (
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
)

// Limits of a policy: far more than a reader needs.
const (
	maxPolicy = 64 << 10 // bytes
	maxLines  = 500
)

// ParsePolicy reads a policy. It is refused with Invalid at the line at fault:
// witness.policy_too_large, witness.policy_line, witness.policy_name, witness.policy_member,
// witness.policy_twice, witness.policy_quorum, and those of keys.
func ParsePolicy(text string) (Policy, error) {
	p := &reading{named: map[string]bool{}, taken: map[string]bool{}, keys: map[string]bool{}}
	lines := strings.Split(text, "\n")
	if len(text) > maxPolicy || len(lines) > maxLines {
		return Policy{}, fault.Invalidf("witness.policy_too_large", "", "a policy has at most %d bytes on %d lines", maxPolicy, maxLines)
	}
	for i, line := range lines {
		if err := p.line(line); err != nil {
			if e := fault.As(err); e != nil {
				return Policy{}, e.AtLine(i + 1)
			}
			return Policy{}, err
		}
	}
	if p.Quorum == "" {
		return Policy{}, fault.Invalidf("witness.policy_quorum", "", "the policy does not say which quorum it wants; end it with a line such as: quorum none")
	}
	return p.Policy, nil
}

// reading is a policy while it is read.
type reading struct {
	Policy
	named map[string]bool // witnesses and groups
	taken map[string]bool // those that are members of a group
	keys  map[string]bool // public keys, whatever their names
}

// line reads one line.
func (p *reading) line(line string) error {
	for i := range len(line) {
		if c := line[i]; c != '\t' && c < ' ' || c == 0x7f {
			return fault.Invalidf("witness.policy_line", "", "a policy holds no control character but tab and line feed")
		}
	}
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(words) == 0 || strings.HasPrefix(words[0], "#") {
		return nil
	}
	switch rest := words[1:]; {
	case words[0] == "log" && (len(rest) == 1 || len(rest) == 2):
		return p.log(rest)
	case words[0] == "witness" && (len(rest) == 2 || len(rest) == 3):
		return p.witness(rest)
	case words[0] == "group" && len(rest) >= 3:
		return p.group(rest[0], rest[1], rest[2:])
	case words[0] == "quorum" && len(rest) == 1:
		return p.quorum(rest[0])
	}
	return fault.Invalidf("witness.policy_line", "", "%.80q is none of: log KEY [URL]; witness NAME KEY [URL]; group NAME NUMBER MEMBER...; quorum NAME", line)
}

func (p *reading) log(words []string) error {
	if err := journal.CheckKey(words[0]); err != nil {
		return err
	}
	if err := p.once(words[0]); err != nil {
		return err
	}
	p.Logs = append(p.Logs, Log{words[0], strings.Join(words[1:], "")})
	return nil
}

func (p *reading) witness(words []string) error {
	if _, err := journal.ParseCosigner(words[1]); err != nil {
		return err
	}
	if err := p.once(words[1]); err != nil {
		return err
	}
	if err := p.name(words[0]); err != nil {
		return err
	}
	p.Witnesses = append(p.Witnesses, Witness{words[0], words[1], strings.Join(words[2:], "")})
	return nil
}

// once refuses the same public key under another name: it would count twice.
func (p *reading) once(vkey string) error {
	public := vkey[strings.Index(vkey, "+")+len("+12345678"):] // the key was checked
	if p.keys[public] {
		return fault.Invalidf("witness.policy_twice", "", "the key %.120q stands in the policy already, perhaps under another name", vkey)
	}
	p.keys[public] = true
	return nil
}

// name takes a name for a witness or a group.
func (p *reading) name(name string) error {
	if p.named[name] || name == NoQuorum {
		return fault.Invalidf("witness.policy_name", "", "the name %.60q is taken; give each witness and group its own", name)
	}
	p.named[name] = true
	return nil
}

func (p *reading) group(name, least string, members []string) error {
	n := map[string]int{"any": 1, "all": len(members)}[least]
	if n == 0 {
		var err error
		if n, err = strconv.Atoi(least); err != nil || n < 1 || n > len(members) || strconv.Itoa(n) != least {
			return fault.Invalidf("witness.policy_line", "", "%.20q members cannot be enough for the group %.60q; write any, all, or 1 to %d", least, name, len(members))
		}
	}
	for _, m := range members {
		if !p.named[m] || p.taken[m] {
			return fault.Invalidf("witness.policy_member", "", "%.60q cannot be a member of %.60q: a member is a witness or group of a line before, in one group only", m, name)
		}
		p.taken[m] = true
	}
	if err := p.name(name); err != nil {
		return err
	}
	p.Groups = append(p.Groups, Group{name, n, members})
	return nil
}

func (p *reading) quorum(name string) error {
	if p.Quorum != "" || !p.named[name] && name != NoQuorum {
		return fault.Invalidf("witness.policy_quorum", "", "the quorum %.60q is not the name of a witness or group of a line before, or is the second one", name)
	}
	p.Quorum = name
	return nil
}
