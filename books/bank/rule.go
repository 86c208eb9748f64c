package bank

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// Rule says what lines like one are, from now on. What it says it knows a line
// by must all be so; a rule that knows lines by nothing is refused.
type Rule struct {
	ID store.ID `json:"id"`
	// In is true for lines that brought money.
	In      bool           `json:"in,omitempty"`
	Account intake.Account `json:"account,omitempty"` // of the other side
	Name    string         `json:"name,omitempty"`    // of the other side, folded
	Words   string         `json:"words,omitempty"`   // stand in the description, folded

	As      Way      `json:"as"`
	Agent   store.ID `json:"agent,omitempty"`
	Party   string   `json:"party,omitempty"` // how Agent is called, where there is none yet
	Kind    string   `json:"kind,omitempty"`
	Project store.ID `json:"project,omitempty"`
}

// Fits reports whether a line is one that the rule knows.
func (r *Rule) Fits(l *intake.Line) bool {
	return (l.Amount.Sign() > 0) == r.In && len(l.Parts) == 0 &&
		(r.Account == "" || r.Account == l.Party.Account) && (r.Name == "" || r.Name == fold(l.Party.Name)) &&
		(r.Words == "" || strings.Contains(fold(l.Description), r.Words))
}

// part is what the rule says a line is.
func (r *Rule) part(l *intake.Line) Part {
	return Part{As: r.As, Amount: l.Amount, Agent: r.Agent, Name: r.Party, Kind: r.Kind, Project: r.Project}
}

// narrow is how much the rule asks of a line: of two that fit, the one that
// asks more is taken, then the older one.
func (r *Rule) narrow() int {
	n := len(r.Words)
	for _, text := range []string{string(r.Account), r.Name} {
		if text != "" {
			n += 1000
		}
	}
	return n
}

// pick returns the rule for a line; nil when there is none.
func pick(rules []Rule, l *intake.Line) *Rule {
	var best *Rule
	for i := range rules {
		if r := &rules[i]; r.Fits(l) && (best == nil || r.narrow() > best.narrow()) {
			best = r
		}
	}
	return best
}

// RuleLike makes the rule by which lines like one are known: by the account of
// the other side, else by its name; with words, by these too.
func RuleLike(l *intake.Line, p Part, words string) Rule {
	r := Rule{In: l.Amount.Sign() > 0, Account: l.Party.Account, Words: fold(words), As: p.As, Agent: p.Agent, Party: p.Name, Kind: p.Kind, Project: p.Project}
	if r.Account == "" {
		r.Name = fold(l.Party.Name)
	}
	return r
}

// check refuses a rule that knows lines by nothing, or says nothing of them.
func (r *Rule) check() error {
	switch {
	case r.Account == "" && r.Name == "" && len(r.Words) < 3:
		return fault.Invalidf("bank.rule_like", "words", "say by which words such lines are known, in three letters or more; this one names nobody")
	case len(r.Words) > longestText:
		return fault.Invalidf("bank.rule_like", "words", "the words keep %d bytes", longestText)
	case !slices.Contains(Ways, r.As):
		return fault.Invalidf("bank.rule_way", "as", "only income, an expense, money owed and a transfer can be said of every such line")
	}
	return nil
}

var (
	insertRule = store.Into("bank_rule", "id", "content")
	allRules   = store.SQL(`SELECT content FROM bank_rule WHERE commons_id = $1 ORDER BY id`)
	deleteRule = store.SQL(`DELETE FROM bank_rule WHERE commons_id = $1 AND id = $2`)
)

// mostRules bounds the rules of a commons: each line is held against all.
const mostRules = 2000

// Rules returns the rules, oldest first.
func Rules(r store.Reader) ([]Rule, error) { return store.All(r, scanJSON[Rule], allRules) }

// AddRule adds a rule for lines that are open now and for those to come. A
// rule proposes; somebody confirms.
func (b *Bank) AddRule(ctx context.Context, who auth.Identity, key string, rule Rule) (Rule, error) {
	if err := rule.check(); err != nil {
		return rule, err
	}
	return perform(ctx, b, who, key, rule, func(tx *store.Tx) (Rule, error) {
		rule := rule
		rules, err := Rules(tx)
		if err != nil {
			return rule, err
		}
		if len(rules) >= mostRules {
			return rule, fault.Conflictf("bank.too_many_rules", "", "there are %d rules already; drop some that nothing follows", len(rules))
		}
		if rule.Agent == "" && rule.Party != "" {
			all, err := agents(tx)
			if err != nil {
				return rule, err
			}
			rule.Agent = byName(all)[fold(rule.Party)]
		}
		rule.ID = tx.NewID()
		content, err := json.Marshal(rule)
		if err != nil {
			return rule, err
		}
		if err := tx.Append(insertRule, rule.ID, string(content)); err != nil {
			return rule, err
		}
		_, err = journal.Append(tx, journal.Record{Act: "bank.add_rule", By: who.Agent, Public: map[string]any{"rule": rule.ID, "as": rule.As, "kind": rule.Kind}, Sealed: map[string]string{"rule": string(content)}})
		return rule, err
	})
}

// DropRule takes a rule away. What was confirmed by it stays as it is.
func (b *Bank) DropRule(ctx context.Context, who auth.Identity, key string, id store.ID) error {
	_, err := perform(ctx, b, who, key, id, func(tx *store.Tx) (int64, error) {
		n, err := tx.Exec(deleteRule, id)
		if err == nil && n == 0 {
			err = fault.NotFoundf("bank.unknown_rule", "rule", "there is no such rule")
		}
		if err != nil {
			return n, err
		}
		_, err = journal.Append(tx, journal.Record{Act: "bank.drop_rule", By: who.Agent, Public: map[string]any{"rule": id}})
		return n, err
	})
	return err
}

// ruleOrder sorts rules for people: by what they say.
func ruleOrder(a, b Rule) int {
	return cmp.Or(strings.Compare(string(a.As), string(b.As)), strings.Compare(a.Kind, b.Kind), strings.Compare(string(a.ID), string(b.ID)))
}
