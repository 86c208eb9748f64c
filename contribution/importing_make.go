package contribution

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// prepare makes what the plan allows and the records need: kinds, projects,
// members, and organizations for those who only paid. Each is remembered as it
// is made, so that a run that goes on later finds it.
func (m *Importer) prepare(ctx context.Context, who auth.Identity, report *ImportReport, plan *ImportPlan) error {
	for _, k := range report.Kinds {
		if _, err := ConfigureKind(ctx, m.DB, who, "", "", k); err != nil {
			return err
		}
	}
	for _, name := range report.Projects {
		if _, err := OpenProject(ctx, m.DB, who, "", name); err != nil {
			return err
		}
	}
	decided := map[string]store.ID{}
	for id, agent := range plan.People {
		if agent != MakeNew {
			decided[id] = agent
		}
	}
	fresh := report.New
	for _, u := range report.Unknown {
		fresh = append(fresh, u.Identity)
	}
	if err := KeepIdentities(ctx, m.DB, who, decided); err != nil {
		return err
	}
	if err := m.makePayers(ctx, who, report.Payers); err != nil {
		return err
	}
	return m.makePeople(ctx, who, fresh)
}

// makePeople makes members of identities: without a password, so that nobody
// signs in as them until a steward gives them a link. Who is made is remembered
// in the same act, so that a run that was killed makes nobody twice.
func (m *Importer) makePeople(ctx context.Context, who auth.Identity, fresh []intake.Identity) error {
	if len(fresh) > 0 && m.Enroll == nil {
		return fault.Conflictf("contribution.import_people", "people", "members cannot be made here; say who the people of the file are")
	}
	if len(fresh) == 0 {
		return nil
	}
	people := make([]auth.Person, len(fresh))
	for i, id := range fresh {
		people[i] = auth.Person{Name: personName(id)}
	}
	return m.Enroll(ctx, who.Commons, people, func(tx *store.Tx, first int, made []auth.Membership) error {
		for i, member := range made {
			if _, err := tx.Exec(upsertMapping, identityPrefix+fresh[first+i].ID, string(member.Agent)); err != nil {
				return err
			}
		}
		return nil
	})
}

// personName is what to call somebody of whom a source may tell no name, or
// one that its encoding broke.
func personName(id intake.Identity) string {
	name := strings.ReplaceAll(id.Name, "\ufffd", "")
	if strings.TrimSpace(name) == "" {
		name = bare(id.ID)
	}
	name = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == '\ufffd' || !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, name)), " ")
	if name == "" {
		return "Unnamed"
	}
	return clipRunes(name, 80)
}

// payersAtOnce is how many organizations one act makes.
const payersAtOnce = 250

// makePayers makes organizations of those who paid or took fees: they are no
// members, and the log may name them.
func (m *Importer) makePayers(ctx context.Context, who auth.Identity, payers []intake.Identity) error {
	for part := range slices.Chunk(payers, payersAtOnce) {
		_, err := auth.Perform(ctx, m.DB, who, "", Receive, part, func(tx *store.Tx, who auth.Identity, part []intake.Identity) (int, error) {
			ledger := vf.Open(tx)
			for _, id := range part {
				a, err := ledger.AddAgent(vf.Agent{Kind: vf.Organization, Name: personName(id)})
				if err != nil {
					return 0, err
				}
				if _, err := tx.Exec(upsertMapping, identityPrefix+id.ID, string(a.ID)); err != nil {
					return 0, err
				}
			}
			_, err := journal.Append(tx, journal.Record{Act: "contribution.add_parties", By: who.Agent, Public: map[string]any{"vf": ledger.Changes()}, Sealed: ledger.Sealed()})
			return len(part), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func clipRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
