package main

import (
	"encoding/json"
	"io"
	"os"
	"strings"

	"commonweal/governance/ballotfile"
	"commonweal/governance/recount"
	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// CountCommand counts a ballot file.
type CountCommand struct {
	File     string `arg:"" help:"The ballot file: BLT, a Debian tally sheet, or PrefLib; told apart by what it holds. A single dash reads standard input."`
	Method   string `help:"Count by this method instead of the one that the format is made for: scottish_stv, meek_stv, irv, schulze, ranked_pairs, debian." placeholder:"NAME"`
	Seats    int    `help:"How many are elected." placeholder:"N"`
	Strength string `help:"What makes a defeat strong: winning, margin or ratio." placeholder:"NAME"`
	Unranked string `help:"What ballots say of what they do not rank: last or ignored." placeholder:"NAME"`
	Default  string `help:"Number of the option that changes nothing, for Debian's rule; the last unless stated." placeholder:"ID"`
	Entitled int64  `help:"How many may vote: Debian's rule then asks for its quorum, three times half the square root." placeholder:"N"`
	Rule     string `help:"The method with all its settings, as JSON: '{\"method\":\"schulze\",\"strength\":\"margin\"}'." placeholder:"JSON"`
	Seed     string `help:"Decide ties that earlier stages do not by a lot from this text. Without it ties are reported." placeholder:"TEXT"`
	Save     string `help:"Write settings, ballots and result as an audit package, for commonweal governance recount." type:"path" placeholder:"FILE"`
}

// Help implements kong.HelpProvider.
func (c *CountCommand) Help() string {
	return `BLT is counted by the Scottish rules of the single transferable vote, a Debian tally sheet by Debian's rule with the last option as the default, PrefLib by Schulze's method. A malformed file is refused with the line.

  commonweal governance count board.blt --seed "three dice: 4 1 6"
  commonweal governance count board.blt --method meek_stv --seats 3
  commonweal --json governance count tally.txt | jq .winners` + exitStatuses
}

// ballotCounters count files that hold something other than ranks, by format.
var ballotCounters = map[ballotfile.Format]func(c *CountCommand, g *Globals, data []byte) error{}

// Run implements the command.
func (c *CountCommand) Run(g *Globals) error {
	data, err := readBallots(c.File)
	if err != nil {
		return err
	}
	if count, ok := ballotCounters[ballotfile.Sniff(data)]; ok {
		return count(c, g, data)
	}
	file, err := ballotfile.Read(data)
	if err != nil {
		return err
	}
	e, err := c.election(file)
	if err != nil {
		return err
	}
	result, err := tally.Count(e)
	if err != nil {
		return err
	}
	if c.Save != "" {
		if err := c.save(e, file); err != nil {
			return err
		}
	}
	if g.JSON {
		return g.answer(result, "")
	}
	return result.Text(g.out, e.Options)
}

// mostBallots bounds a file, so that a wrong one does not fill the memory.
const mostBallots = 1 << 30

// readBallots reads a file, or standard input.
func readBallots(path string) ([]byte, error) {
	from := io.Reader(os.Stdin)
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fault.NotFoundf("ballotfile.unreadable", "file", "the file cannot be read: %v", err)
		}
		defer file.Close()
		from = file
	}
	data, err := io.ReadAll(io.LimitReader(from, mostBallots+1))
	if err == nil && len(data) > mostBallots {
		err = fault.Invalidf("ballotfile.too_large", "file", "the file has more than %d bytes", mostBallots)
	}
	return data, err
}

// election is what the file says, with what the flags change.
func (c *CountCommand) election(f ballotfile.File) (tally.Election, error) {
	e := f.Election()
	e.Ties.Rules = []tally.TieRule{tally.Earlier}
	if c.Seed != "" {
		e.Ties.Rules = append(e.Ties.Rules, tally.ByLot)
		e.Ties.Seed, e.Ties.Commitment = c.Seed, tally.Commitment(c.Seed)
	}
	if c.Entitled > 0 {
		if c.Entitled > int64(tally.MostVotes/tally.Vote) {
			return e, fault.Invalidf("tally.too_many_votes", "entitled", "%d people are more than can be counted", c.Entitled)
		}
		e.Roll.Entitled = tally.Figures{Voters: c.Entitled, Votes: tally.Votes(c.Entitled) * tally.Vote}
	}
	rule, err := c.settings(e)
	if err != nil {
		return e, err
	}
	err = json.Unmarshal(rule, &e.Rule)
	return e, err
}

// settings are those of the rule, with what the flags say; the rule refuses
// those that it does not have.
func (c *CountCommand) settings(e tally.Election) ([]byte, error) {
	if c.Rule != "" {
		return []byte(c.Rule), nil
	}
	fields := map[string]any{}
	if c.Method == "" || c.Method == e.Rule.Name() {
		data, err := json.Marshal(e.Rule)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, &fields); err != nil {
			return nil, err
		}
	} else {
		fields["method"] = c.Method
	}
	for name, value := range map[string]string{"strength": c.Strength, "unranked": c.Unranked, "default": c.Default} {
		if value != "" {
			fields[name] = value
		}
	}
	if c.Seats > 0 {
		fields["seats"] = c.Seats
	} else if board, ok := e.Rule.Method.(tally.ScottishSTV); ok && strings.HasSuffix(c.Method, "stv") {
		fields["seats"] = board.Seats
	}
	if fields["method"] == "debian" {
		if c.Default == "" {
			fields["default"] = e.Options[len(e.Options)-1].ID
		}
		if c.Entitled > 0 {
			fields["quorum"] = tally.Quorum{Counting: tally.Valid, Root: tally.Of(3, 2)}
		}
	}
	return json.Marshal(fields)
}

// save writes the audit package.
func (c *CountCommand) save(e tally.Election, f ballotfile.File) error {
	data, err := recount.Of(e, &recount.Source{Format: string(f.Format), Hash: f.Hash}).Seal()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Save, data, 0o644); err != nil {
		return fault.Invalidf("recount.unwritable", "save", "the audit package cannot be written: %v", err)
	}
	return nil
}
