package sourcecred

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"slices"
	"time"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
)

// longest is the size in bytes above which an event is not read: a
// distribution to a hundred thousand people.
const longest = 16 << 20

// event is one entry of the ledger.
type event struct {
	line      int
	Action    action `json:"action"`
	Timestamp int64  `json:"ledgerTimestamp"` // milliseconds, never backwards
	UUID      string `json:"uuid"`
	Version   string `json:"version"`
}

// action holds the fields of all the actions that are read.
type action struct {
	Type         string        `json:"type"`
	Identity     *identity     `json:"identity"`
	IdentityID   string        `json:"identityId"`
	NewName      string        `json:"newName"`
	Alias        *alias        `json:"alias"`
	Base         string        `json:"base"`
	Target       string        `json:"target"`
	Distribution *distribution `json:"distribution"`
	From         string        `json:"from"`
	To           string        `json:"to"`
	Amount       string        `json:"amount"`
	Memo         *string       `json:"memo"`
}

type identity struct {
	ID      string  `json:"id"`
	Address string  `json:"address"`
	Name    string  `json:"name"`
	Subtype string  `json:"subtype"`
	Aliases []alias `json:"aliases"`
}

type alias struct {
	Address     string `json:"address"`
	Description string `json:"description"`
}

type distribution struct {
	ID          string       `json:"id"`
	Allocations []allocation `json:"allocations"`
}

type allocation struct {
	ID     string `json:"id"`
	Policy struct {
		Type   string `json:"policyType"`
		Budget string `json:"budget"`
		Memo   string `json:"memo"`
	} `json:"policy"`
	Receipts []receipt `json:"receipts"`
}

type receipt struct {
	ID     string `json:"id"`
	Amount string `json:"amount"`
}

// known are the actions of the format.
var known = []string{"CREATE_IDENTITY", "RENAME_IDENTITY", "ADD_ALIAS", "MERGE_IDENTITIES", "TOGGLE_ACTIVATION", "CHANGE_IDENTITY_TYPE",
	"SET_PAYOUT_ADDRESS", "ENABLE_GRAIN_INTEGRATION", "DISABLE_GRAIN_INTEGRATION", "MARK_DISTRIBUTION_EXECUTED", "ENABLE_ACCOUNTING",
	"DISABLE_ACCOUNTING", "SET_EXTERNAL_CURRENCY", "REMOVE_EXTERNAL_CURRENCY", "DISTRIBUTE_GRAIN", "TRANSFER_GRAIN"}

// events yields the entries of a ledger, or the error of one of them.
func events(file io.Reader, yield func(event, error) bool) {
	in := bufio.NewReaderSize(file, 64<<10)
	var v validator
	n := 0
	for line := 1; ; line++ {
		text, err := readLine(in)
		if errors.Is(err, errTooLong) {
			yield(event{}, fault.Invalidf("intake.row_too_long", "", "an event is longer than %d bytes; if the ledger is one long line, write it with one event a line", longest).AtLine(line))
			return
		}
		if err != nil && err != io.EOF {
			yield(event{}, err)
			return
		}
		done := err == io.EOF
		for _, raw := range entries(text, &n) {
			e, err := v.read(raw, line)
			if !yield(e, err) {
				return
			}
		}
		if done {
			return
		}
	}
}

var errTooLong = errors.New("line too long")

// readLine reads a line of bounded length.
func readLine(in *bufio.Reader) ([]byte, error) {
	var out []byte
	for {
		part, err := in.ReadSlice('\n')
		if len(out)+len(part) > longest {
			return nil, errTooLong
		}
		out = append(out, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSpace(out), err
		}
	}
}

// entries splits a line into events: one, several of an array, or the brackets
// and commas around them. What is no JSON comes back as it is, to be named.
func entries(line []byte, n *int) [][]byte {
	body := bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(line), []byte(",")))
	if *n == 0 {
		body = bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\ufeff")), []byte("["))
		body = bytes.TrimSpace(body)
	}
	if body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte(","))); len(body) == 0 || string(body) == "]" || string(body) == "[]" {
		return nil
	}
	*n++
	dec := json.NewDecoder(bytes.NewReader(append(append([]byte("["), bytes.TrimSuffix(body, []byte("]"))...), ']')))
	var list []json.RawMessage
	if err := dec.Decode(&list); err != nil || dec.More() {
		return [][]byte{body}
	}
	out := make([][]byte, len(list))
	for i, raw := range list {
		out[i] = raw
	}
	return out
}

// validator checks what holds between events.
type validator struct {
	latest int64
	seen   map[string]bool
}

func (v *validator) read(raw []byte, line int) (event, error) {
	e := event{line: line}
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, fault.Invalidf("intake.json", "", "%s is not an event of a ledger: %v", intake.Show(string(raw)), err).AtLine(line)
	}
	if err := v.check(&e); err != nil {
		return e, err.AtLine(line)
	}
	return e, nil
}

func (v *validator) check(e *event) *fault.Error {
	if v.seen == nil {
		v.seen = map[string]bool{}
	}
	at := time.UnixMilli(e.Timestamp)
	switch {
	case e.Version != "1":
		return fault.Invalidf("intake.version", "version", "the event has version %q; version 1 can be read", intake.Show(e.Version))
	case e.UUID == "" || len(e.UUID) > 100:
		return fault.Invalidf("intake.id", "uuid", "the event has no identifier")
	case v.seen[e.UUID]:
		return fault.Invalidf("intake.repeated", "uuid", "the event %q stands in the ledger twice", e.UUID)
	case e.Timestamp <= 0 || at.Year() > 2100:
		return fault.Invalidf("intake.date", "ledgerTimestamp", "%d is not a time in milliseconds between 1970 and 2100", e.Timestamp)
	case e.Timestamp < v.latest:
		return fault.Invalidf("intake.backwards", "ledgerTimestamp", "the event is older than the one before it; the ledger was edited or sorted")
	case !slices.Contains(known, e.Action.Type):
		return fault.Invalidf("intake.action", "action.type", "%q is not an action that a ledger holds", intake.Show(e.Action.Type))
	}
	v.latest, v.seen[e.UUID] = e.Timestamp, true
	return e.Action.check()
}

// check looks at what an action needs, and at its sums.
func (a *action) check() *fault.Error {
	switch a.Type {
	case "CREATE_IDENTITY":
		if a.Identity == nil || a.Identity.ID == "" {
			return fault.Invalidf("intake.id", "identity.id", "an identity is created without an identifier")
		}
	case "MERGE_IDENTITIES":
		if a.Base == "" || a.Target == "" || a.Base == a.Target {
			return fault.Invalidf("intake.merge", "target", "%q is merged into %q; a merge needs two identities", a.Target, a.Base)
		}
	case "TRANSFER_GRAIN":
		if a.From == "" || a.To == "" {
			return fault.Invalidf("intake.id", "from", "a transfer lacks a side")
		}
		_, err := grain(a.Amount)
		return err
	case "DISTRIBUTE_GRAIN":
		if a.Distribution == nil {
			return fault.Invalidf("intake.json", "distribution", "a distribution is empty")
		}
		for i := range a.Distribution.Allocations {
			if err := a.Distribution.Allocations[i].check(); err != nil {
				return err
			}
		}
	}
	return nil
}

// check proves that the receipts of an allocation are its budget.
func (l *allocation) check() *fault.Error {
	sum := new(big.Int)
	seen := map[string]bool{}
	for _, r := range l.Receipts {
		n, err := grain(r.Amount)
		if err != nil {
			return err
		}
		if r.ID == "" || seen[r.ID] {
			return fault.Invalidf("intake.repeated", "receipts.id", "the receiver %q stands in one allocation twice, or is nobody", r.ID)
		}
		seen[r.ID] = true
		sum.Add(sum, n)
	}
	budget, err := grain(l.Policy.Budget)
	if err != nil {
		return err.InField("policy.budget")
	}
	if sum.Cmp(budget) != 0 {
		return fault.Invalidf("intake.budget", "policy.budget", "the receipts of allocation %q add up to %s, but its budget is %s", l.ID, sum, budget)
	}
	return nil
}

// grain reads a whole number of 10^-18 grain.
func grain(text string) (*big.Int, *fault.Error) {
	if len(text) <= 60 {
		if n, ok := new(big.Int).SetString(text, 10); ok && n.Sign() >= 0 && text[0] != '+' {
			return n, nil
		}
	}
	return nil, fault.Invalidf("intake.grain", "amount", "%q is not an amount of grain; it is a whole number of 10^-18, zero or more", intake.Show(text))
}
