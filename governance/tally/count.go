package tally

import "maps"

// Method is a way to decide. Its exported fields are its settings, and they are
// data: see Rule. The methods of this package are all there are.
type Method interface {
	// Name is the stable name of the method, such as "schulze".
	Name() string
	// check refuses settings that cannot be, in this election.
	check(*Election) error
	// judge says why a ballot that marks something is invalid; "" for a valid one.
	judge(e *Election, marks []int16) string
	// count counts the valid ballots.
	count(*count)
}

// Count counts an election. It refuses settings and ballots that cannot be; a
// tie, a quorum that is missed or an invalid ballot is a result, not an error.
func Count(e Election) (Result, error) {
	if err := e.Check(); err != nil {
		return Result{}, err
	}
	if err := e.checkBallots(); err != nil {
		return Result{}, err
	}
	c := &count{Election: &e, Result: Result{Method: e.Rule.Name(), Winners: []string{}, Stages: []Stage{}}}
	c.sort()
	c.lots = e.Ties.lots(e.Options)
	e.Rule.count(c)
	return c.Result, nil
}

// count is a count under way.
type count struct {
	*Election
	Result
	valid  []Ballot // grouped: no two alike
	unread []Ballot // blank or invalid, whose classes may matter
	lots   []int    // the place of each option in the lot; nil without one
	past   history
}

// sort groups the ballots and tells the valid from the blank and invalid.
func (c *count) sort() {
	all := grouped(c.Ballots)
	c.valid = all[:0] // in place: a ballot is read before its place is filled
	for _, b := range all {
		c.Turnout.Cast.add(b)
		reason := ""
		switch {
		case b.Spoiled:
			reason = "spoiled"
		case c.blank(b.Marks):
			c.Turnout.Blank.add(b)
			c.unread = append(c.unread, b)
			continue
		default:
			reason = c.Rule.judge(c.Election, b.Marks)
		}
		if reason == "" {
			c.Turnout.Valid.add(b)
			c.valid = append(c.valid, b)
			continue
		}
		c.Turnout.Invalid.add(b)
		c.unread = append(c.unread, b)
		if c.Turnout.Reasons == nil {
			c.Turnout.Reasons = map[string]Figures{}
		}
		sum := c.Turnout.Reasons[reason]
		sum.add(b)
		c.Turnout.Reasons[reason] = sum
	}
}

// blank reports whether marks say nothing about any option that stands.
func (c *count) blank(marks []int16) bool {
	for i, m := range marks {
		if m != 0 && !c.Options[i].Withdrawn {
			return false
		}
	}
	return true
}

// stage begins a stage, and returns it to be filled.
func (c *count) stage(key string) *Stage {
	c.Stages = append(c.Stages, Stage{Key: key})
	return &c.Stages[len(c.Stages)-1]
}

// note adds a note to the last stage.
func (c *count) note(key string, options []int, values map[string]string) {
	last := &c.Stages[len(c.Stages)-1]
	last.Notes = append(last.Notes, Note{Key: key, Options: c.ids(options), Values: maps.Clone(values)})
}

// ids are the ids of options.
func (c *count) ids(options []int) []string {
	var out []string
	for _, i := range options {
		out = append(out, c.Options[i].ID)
	}
	return out
}

// elect adds winners.
func (c *count) elect(options ...int) { c.Winners = append(c.Winners, c.ids(options)...) }

// candidates are the places of the options that are not withdrawn.
func (c *count) candidates() []int {
	var out []int
	for i, o := range c.Options {
		if !o.Withdrawn {
			out = append(out, i)
		}
	}
	return out
}
