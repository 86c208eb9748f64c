package shapley

import (
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Parse reads a game as people write it, a group a line, its members joined by
// plus signs or commas, its worth behind a colon or an equals sign:
//
//	Ada: 30
//	Bas: 20
//	Ada + Bas: 80
//
// Players are listed in the order in which they are first named. Empty lines
// and what follows a # are passed over. read turns the text of a worth into a
// whole number of the caller's unit. An error says the line.
func Parse(text string, read func(string) (int64, error)) (Game, error) {
	var g Game
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := g.line(line, read); err != nil {
			return Game{}, fault.As(err).AtLine(n)
		}
	}
	return g, g.Check()
}

func (g *Game) line(line string, read func(string) (int64, error)) error {
	at := strings.LastIndexAny(line, ":=")
	if at < 0 {
		return fault.Invalidf("shapley.line", "groups", "%q names no worth; write a group and what it is worth, such as Ada + Bas: 80", clip(line))
	}
	worth, err := read(strings.TrimSpace(line[at+1:]))
	if err != nil {
		return fault.Invalidf("shapley.worth", "groups", "%q is not a worth; write a number such as 80", clip(strings.TrimSpace(line[at+1:])))
	}
	group := Group{Worth: worth}
	for name := range strings.FieldsFuncSeq(line[:at], func(r rune) bool { return r == '+' || r == ',' }) {
		name = strings.Join(strings.Fields(name), " ")
		i := slices.Index(g.Players, name)
		switch {
		case name == "":
			return fault.Invalidf("shapley.line", "groups", "%q has a member without a name", clip(line))
		case i < 0 && len(g.Players) == MaxPlayers:
			return fault.Invalidf("shapley.players", "groups", "%q would be player %d; at most %d can play", clip(name), MaxPlayers+1, MaxPlayers)
		case i < 0:
			i = len(g.Players)
			g.Players = append(g.Players, name)
		}
		group.Members |= 1 << i
	}
	g.Groups = append(g.Groups, group)
	return nil
}

// Text writes the game as Parse reads it; show writes a worth.
func (g Game) Text(show func(int64) string) string {
	var b strings.Builder
	for _, group := range g.Groups {
		b.WriteString(strings.Join(g.Names(group.Members), " + ") + ": " + show(group.Worth) + "\n")
	}
	return b.String()
}

// Names lists the members of a group, in the order of the players.
func (g Game) Names(s Coalition) (names []string) {
	for i, p := range g.Players {
		if s&(1<<i) != 0 {
			names = append(names, p)
		}
	}
	return names
}
