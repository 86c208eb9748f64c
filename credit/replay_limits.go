package credit

// follows holds a band that a policy gave, or a decision, against the figures
// that its change names: whoever has those and the policy comes to the same.
func (r *Replay) follows(a Account, c BandChange) error {
	if c.Basis == nil {
		return breach("the band of account %s changed without what it follows from", a.ID)
	}
	if c.Group != r.groups[a.ID] {
		return breach("the band of account %s follows the policy of another group than its own", a.ID)
	}
	if d := c.Basis.Decision; d != nil && !d.Until.IsZero() && !c.At.Before(d.Until) {
		return breach("the band of account %s follows a decision that had ended", a.ID)
	}
	result := r.currencies[a.Currency].policy(c.Group).Decide(*c.Basis)
	if !ofLimit(result.Band).equal(c.To) || string(result.Rule) != c.Policy {
		return breach("the band of account %s is not what follows from its figures", a.ID)
	}
	return nil
}
