package credit

import (
	"testing"

	"pgregory.net/rapid"
)

// micros draws an amount.
func micros(t *rapid.T, from, to Micros, label string) Micros {
	return Micros(rapid.Int64Range(int64(from), int64(to)).Draw(t, label))
}

func ceiling(n Micros) *Micros { return &n }

// A member of a time bank stands at -20 hours with a floor of -100 and a
// ceiling of 200; 5 hours are promised to leave, 10 to arrive.
func TestWhatMayBeSpentAndReceived(t *testing.T) {
	p := Position{Balance: -20, Outgoing: 5, Incoming: 10, Band: Band{Floor: -100, Ceiling: ceiling(200)}}
	if got := p.Spendable(); got != 75 {
		t.Errorf("spendable is %d, want 75: what is about to arrive does not count", got)
	}
	if room, bounded := p.Room(); room != 210 || !bounded {
		t.Errorf("room is %d, want 210: what is about to leave does not count", room)
	}
	if got := p.Credit(); got != 75 {
		t.Errorf("credit is %d, want all of 75", got)
	}
	for net, want := range map[Micros]bool{-75: true, -76: false, 210: true, 211: false, 0: true} {
		if p.Admits(net) != want {
			t.Errorf("a change of %d is admitted: %v, want %v", net, !want, want)
		}
	}
}

// A ceiling of zero is a ceiling.
func TestACeilingOfZero(t *testing.T) {
	p := Position{Balance: -3, Band: Band{Floor: -10, Ceiling: ceiling(0)}}
	if room, bounded := p.Room(); room != 3 || !bounded {
		t.Errorf("room is %d (bounded: %v), want 3", room, bounded)
	}
	if _, bounded := (Position{}).Room(); bounded {
		t.Error("no ceiling is taken for one")
	}
}

// An account outside of its band only moves back towards it.
func TestInvariant2OutsideTheBand(t *testing.T) {
	under := Position{Balance: -150, Band: Band{Floor: -100, Ceiling: ceiling(100)}}
	over := Position{Balance: 150, Band: Band{Floor: -100, Ceiling: ceiling(100)}}
	for _, c := range []struct {
		p    Position
		net  Micros
		want bool
	}{{under, -1, false}, {under, 1, true}, {under, 250, true}, {over, 1, false}, {over, -1, true}, {over, -250, true}} {
		if c.p.Admits(c.net) != c.want {
			t.Errorf("at %d a change of %d is admitted: %v, want %v", c.p.Balance, c.net, !c.want, c.want)
		}
	}
}

// Whatever is admitted one after the other, posted in any order and in part,
// never leaves the band.
func TestInvariant2NoOrderLeavesTheBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Position{Band: Band{Floor: -micros(t, 0, 50, "floor"), Ceiling: ceiling(micros(t, 0, 50, "ceiling"))}}
		var reserved []Micros
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if len(reserved) > 0 && rapid.Bool().Draw(t, "settle") {
				i := rapid.IntRange(0, len(reserved)-1).Draw(t, "which")
				net, part := reserved[i], Micros(0)
				reserved = append(reserved[:i], reserved[i+1:]...)
				if net < 0 {
					p.Outgoing += net
					part = -micros(t, 0, -net, "part")
				} else {
					p.Incoming -= net
					part = micros(t, 0, net, "part")
				}
				p.Balance += part
			} else if net := micros(t, -60, 60, "net"); p.Admits(net) {
				reserved = append(reserved, net)
				p.Outgoing += max(0, -net)
				p.Incoming += max(0, net)
			}
			if p.Balance < p.Floor || p.Balance > *p.Ceiling {
				t.Fatalf("the balance is %d, outside of %d to %d", p.Balance, p.Floor, *p.Ceiling)
			}
		}
	})
}
