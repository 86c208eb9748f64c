package verify

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"

	"commonweal/platform/journal"
	"commonweal/vf"
)

// balances replays the core and compares what it comes to with balances.jsonl
// as soon as the log has grown to the size that the file is for.
type balances struct {
	lines  *lines // nil: there is nothing to compare
	size   int64
	replay *vf.Replay
}

// noBalances replays the core with nothing to compare it with.
func noBalances() *balances { return &balances{size: -1, replay: vf.NewReplay()} }

// maxBalance is more than a line of balances.jsonl can need.
const maxBalance = 4096

// openBalances reads the first line of balances.jsonl. Breaches:
// books.balances_malformed, and those of balances.compare.
func openBalances(fsys fs.FS, log int64) (*balances, error) {
	l, err := openLines(fsys, FileBalances, maxBalance)
	if err != nil {
		return nil, err
	}
	b := &balances{lines: l, replay: vf.NewReplay()}
	var first BalancesAt
	if err := b.read(&first); err != nil {
		l.close()
		if errors.Is(err, io.EOF) {
			err = l.breach("books.balances_malformed", "the file is empty", `{"size":…}`, "")
		}
		return nil, err
	}
	if first.Size == nil || *first.Size < 0 || *first.Size > log {
		l.close()
		l.n--
		return nil, l.breach("books.balances_malformed", "the first line does not say for which size of the log the balances are", fmt.Sprintf(`{"size":0} to {"size":%d}`, log), "another")
	}
	b.size = *first.Size
	return b, nil
}

func (b *balances) read(value any) error {
	line, err := b.lines.next()
	if err != nil {
		return err
	}
	if err := journal.CheckCanonical(line); err != nil {
		return wrap(err, FileBalances, -1, "")
	}
	if err := jsonv2.Unmarshal(line, value, jsonv2.RejectUnknownMembers(true)); err != nil {
		b.lines.n--
		return b.lines.breach("books.balances_malformed", "this line is no balance", "", err.Error())
	}
	return nil
}

// reach compares when the log has the size of the balances.
func (b *balances) reach(size int64, report *Report) error {
	if size != b.size {
		return nil
	}
	report.BalancesAt = size
	return b.compare(report)
}

// compare holds every balance of the file against the replay. Breaches:
// books.balance (another quantity), books.balance_missing (a resource of the
// events is not in the file), books.balance_unknown (one of the file is in no event).
func (b *balances) compare(report *Report) error {
	resources := b.replay.Resources()
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		r := resources[id]
		want := Balance{r.Accounting, id, r.Onhand}
		var found Balance
		err := b.read(&found)
		switch {
		case errors.Is(err, io.EOF) || err == nil && found.ID > id:
			return in(FileBalances, "books.balance_missing", fmt.Sprintf("the resource %s is missing", id), want.String(), "nothing")
		case err != nil:
			return err
		case found.ID < id:
			return b.unknown(found)
		case found != want:
			return in(FileBalances, "books.balance", fmt.Sprintf("the resource %s does not hold what its events add up to", id), want.String(), found.String())
		}
		report.Resources++
	}
	var extra Balance
	if err := b.read(&extra); err == nil {
		return b.unknown(extra)
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (b *balances) unknown(found Balance) error {
	return in(FileBalances, "books.balance_unknown", fmt.Sprintf("the resource %.60q occurs in no event, or out of order", string(found.ID)), "nothing", found.String())
}
