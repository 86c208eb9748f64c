package auth

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// AboutHook tells what a room keeps about a member: it calls add with the name of
// a file and what goes into it.
type AboutHook func(r *store.Snapshot, m Membership, add func(name string, content any) error) error

// portableReadme begins the archive of what is kept about somebody.
const portableReadme = `Everything this host keeps about you, as JSON (RFC 8259).

account.json           your account: how you sign in, your devices and tokens, without their secrets
COMMONS/membership.json  what you are in a commons
COMMONS/log.json       every entry of its log that names you by your number ("agent"), with the
                       private notes and reasons in it, and what proves that they were not changed
COMMONS/...            what each part of the program keeps about you

Amounts are written as text, so that nothing is rounded. Times are in UTC.
`

// personalAccount is account.json.
type personalAccount struct {
	ID       store.ID          `json:"id"`
	Handle   string            `json:"handle"`
	Email    string            `json:"email"`
	Name     string            `json:"name"`
	Language string            `json:"language"`
	Zone     string            `json:"zone"`
	Admin    bool              `json:"admin"`
	Password bool              `json:"hasPassword"`
	Created  time.Time         `json:"created"`
	Passkeys []personalPasskey `json:"passkeys"`
	Devices  []personalDevice  `json:"devices"`
	Tokens   []personalToken   `json:"tokens"`
	Commons  []store.ID        `json:"commons"`
}

type personalPasskey struct {
	Label   string    `json:"label"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used"`
}

type personalDevice struct {
	Device  string    `json:"device"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
}

type personalToken struct {
	Label   string    `json:"label"`
	Commons store.ID  `json:"commons"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// personalMembership is membership.json.
type personalMembership struct {
	Commons store.ID  `json:"commons"`
	Agent   store.ID  `json:"agent"`
	Name    string    `json:"name"`
	Role    string    `json:"role"`
	Joined  time.Time `json:"joined"`
	Ended   time.Time `json:"ended,omitzero"`
}

// Portable writes a zip file with everything that is kept about an account: for the
// person themself, who signed in, or for whoever runs the machine. folder names
// a commons in it.
func (g *Gate) Portable(ctx context.Context, who Identity, account store.ID, folder func(store.ID) string, to io.Writer) error {
	if who.Account != account || account == "" {
		if who.Account != "" || !who.Admin || who.Token != "" { // only the operator has no account and may
			return fault.Forbiddenf("auth.not_yours", "you can take along what is kept about yourself, not about others")
		}
	} else if err := who.Self(); err != nil {
		return err
	}
	out := zip.NewWriter(to)
	if err := addText(out, "README.txt", portableReadme); err != nil {
		return err
	}
	a, err := g.personal(ctx, account)
	if err != nil {
		return err
	}
	if err := addJSON(out, "account.json", a); err != nil {
		return err
	}
	for _, commons := range a.Commons {
		if err := g.portableIn(ctx, out, folder(commons)+"/", commons, account); err != nil {
			return err
		}
	}
	return out.Close()
}

// personal gathers what the host keeps.
func (g *Gate) personal(ctx context.Context, account store.ID) (p personalAccount, err error) {
	self := g.table.As(Identity{Account: account, Commons: store.Host})
	a, err := g.Account(ctx, account)
	if err != nil {
		return p, err
	}
	p = personalAccount{ID: a.ID, Handle: a.Handle, Email: a.Email, Name: a.Name, Language: a.Language, Zone: a.Zone, Admin: a.Admin, Password: a.HasPassword, Created: a.Created,
		Passkeys: []personalPasskey{}, Devices: []personalDevice{}, Tokens: []personalToken{}}
	keys, err := g.Passkeys(ctx, self)
	if err != nil {
		return p, err
	}
	for _, k := range keys {
		p.Passkeys = append(p.Passkeys, personalPasskey{k.Label, k.Created, k.Used})
	}
	devices, err := g.Devices(ctx, self)
	if err != nil {
		return p, err
	}
	for _, d := range devices {
		p.Devices = append(p.Devices, personalDevice{d.Device, d.Created, d.Seen})
	}
	tokens, err := g.Tokens(ctx, self)
	if err != nil {
		return p, err
	}
	for _, t := range tokens {
		p.Tokens = append(p.Tokens, personalToken{t.Label, t.Commons, t.Created, t.Expires})
	}
	p.Commons, err = g.loadSeats(ctx, string(account))
	return p, err
}

// portableIn adds what a commons keeps.
func (g *Gate) portableIn(ctx context.Context, out *zip.Writer, folder string, commons, account store.ID) error {
	return g.store.Read(ctx, commons, func(r *store.Snapshot) error {
		m, found, err := MemberOf(r, account)
		if err != nil || !found {
			return err
		}
		add := func(name string, content any) error { return addJSON(out, folder+name, content) }
		if err := add("membership.json", personalMembership{commons, m.Agent, m.Name, m.Role.String(), m.Joined, m.Ended}); err != nil {
			return err
		}
		mentions, err := journal.Naming(r, m.Agent)
		if err != nil {
			return err
		}
		if err := add("log.json", mentions); err != nil {
			return err
		}
		for _, about := range g.config.About {
			if err := about(r, m, add); err != nil {
				return err
			}
		}
		return nil
	})
}

// addJSON adds a file; bytes are taken as they are.
func addJSON(out *zip.Writer, name string, content any) error {
	if raw, is := content.([]byte); is {
		return addText(out, name, string(raw))
	}
	text, err := json.MarshalIndent(content, "", " ")
	if err != nil {
		return err
	}
	return addText(out, name, string(text)+"\n")
}

func addText(out *zip.Writer, name, text string) error {
	f, err := out.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	return err
}
