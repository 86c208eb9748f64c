package auth

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Bounds of a token.
const (
	maxTokenLife  = 366 * 24 * time.Hour
	maxTokenLabel = 80 // characters
)

// TokenAsk is what a token is made for.
type TokenAsk struct {
	Label  string       // what it is for: "monthly export"
	Scopes []Capability // what it may do at most; nil: all that its member may
	Life   time.Duration
}

// Token is what is known of a token once it is made.
type Token struct {
	ID      store.ID
	Commons store.ID
	Label   string
	Scopes  []Capability
	Created time.Time
	Seen    time.Time // zero: never used; else correct to an hour
	Expires time.Time
	hash    []byte
}

var (
	insertToken  = store.Into("auth_token", "hash", "id", "account", "commons", "label", "scopes", "created", "seen", "expires")
	selectTokens = store.SQL(`SELECT id, hash, commons, label, scopes, created, seen, expires FROM auth_token
		WHERE commons_id = $1 AND account = $2 ORDER BY created DESC, id`)
	deleteToken  = store.SQL(`DELETE FROM auth_token WHERE commons_id = $1 AND hash = $2`)
	deleteTokens = store.SQL(`DELETE FROM auth_token WHERE commons_id = $1 AND account = $2`)
)

func scanToken(s store.Scanner) (t Token, err error) {
	var scopes string
	var created, seen, expires int64
	if err = s.Scan(&t.ID, &t.hash, &t.Commons, &t.Label, &scopes, &created, &seen, &expires); err != nil {
		return t, err
	}
	t.Created, t.Expires = store.Time(created), store.Time(expires)
	if seen > 0 {
		t.Seen = store.Time(seen)
	}
	err = json.Unmarshal([]byte(scopes), &t.Scopes)
	return t, err
}

// IssueToken makes a token by which a program acts as the asker in the
// commons the asker is in. secret is shown once and never kept.
func (g *Gate) IssueToken(ctx context.Context, who Identity, ask TokenAsk) (secret string, t Token, err error) {
	if err := who.Self(); err != nil {
		return "", t, err
	}
	if err := who.Must(CanTokens); err != nil {
		return "", t, err
	}
	for _, c := range ask.Scopes {
		if !who.Can(c) {
			return "", t, fault.Invalidf("auth.token_scope", "scope", "you may not do %q yourself, so no token of yours can", c)
		}
	}
	return g.issue(ctx, who.Account, who.Commons, ask)
}

// IssueTokenFor makes a token by which a program acts as a member; only the
// operator of the machine may. The command line, the demo and the benchmarks use it.
func (g *Gate) IssueTokenFor(ctx context.Context, who Identity, agent store.ID, ask TokenAsk) (secret string, t Token, err error) {
	if err := who.Must(CanAccounts); err != nil {
		return "", t, err
	}
	var m Membership
	err = g.store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		m, err = ActiveMember(r, agent)
		return err
	})
	if err != nil {
		return "", t, err
	}
	return g.issue(ctx, m.Account, who.Commons, ask)
}

func (g *Gate) issue(ctx context.Context, account, commons store.ID, ask TokenAsk) (secret string, t Token, err error) {
	if err := g.checkTokenAsk(ask); err != nil {
		return "", t, err
	}
	scopes, err := json.Marshal(ask.Scopes)
	if err != nil {
		return "", t, err
	}
	secret, d := newSecret(TokenPrefix)
	t, err = onHost(ctx, g, func(tx *store.Tx) (Token, error) {
		t := Token{ID: tx.NewID(), Commons: commons, Label: ask.Label, Scopes: ask.Scopes, Created: tx.Now(), Expires: tx.Now().Add(ask.Life)}
		return t, tx.Append(insertToken, d[:], t.ID, account, commons, t.Label, string(scopes),
			store.Micros(t.Created), 0, store.Micros(t.Expires))
	})
	return secret, t, err
}

func (g *Gate) checkTokenAsk(ask TokenAsk) error {
	label := strings.TrimSpace(ask.Label)
	switch {
	case label == "" || utf8.RuneCountInString(label) > maxTokenLabel || !printable(label):
		return fault.Invalidf("auth.token_label", "label", "say in 1 to %d characters what the token is for, such as monthly export", maxTokenLabel)
	case ask.Life <= 0 || ask.Life > maxTokenLife:
		return fault.Invalidf("auth.token_life", "life", "a token lasts from one day to 366 days")
	}
	for _, c := range ask.Scopes {
		if grant, known := g.table.grants[c]; !known || grant.Admin || grant.Personal {
			return fault.Invalidf("auth.token_scope", "scope", "%q is nothing that a token can do", c)
		}
	}
	return nil
}

// Tokens lists the asker's tokens, newest first; those for the commons the
// asker is in, or all of them on the host.
func (g *Gate) Tokens(ctx context.Context, who Identity) (list []Token, err error) {
	if err := who.Self(); err != nil {
		return nil, err
	}
	err = g.readHost(ctx, func(r *store.Snapshot) error {
		list, err = store.All(r, scanToken, selectTokens, who.Account)
		return err
	})
	return slices.DeleteFunc(list, func(t Token) bool {
		return (who.Commons != store.Host && t.Commons != who.Commons) || !g.store.Now().Before(t.Expires)
	}), err
}

// RevokeToken withdraws one of the asker's tokens: at once in this process,
// within hot.Fresh in every other.
func (g *Gate) RevokeToken(ctx context.Context, who Identity, token store.ID) error {
	if err := who.Self(); err != nil {
		return err
	}
	_, err := onHost(ctx, g, func(tx *store.Tx) (struct{}, error) {
		list, err := store.All(tx, scanToken, selectTokens, who.Account)
		if err != nil {
			return struct{}{}, err
		}
		i := slices.IndexFunc(list, func(t Token) bool { return t.ID == token })
		if i < 0 {
			return struct{}{}, fault.NotFoundf("auth.token", "", "you have no such token")
		}
		g.dropAfter(tx, tokenKey(list[i].hash))
		_, err = tx.Exec(deleteToken, list[i].hash)
		return struct{}{}, err
	})
	return err
}

// endTokens withdraws every token of an account.
func (g *Gate) endTokens(tx *store.Tx, account store.ID) error {
	list, err := store.All(tx, scanToken, selectTokens, account)
	if err != nil {
		return err
	}
	for _, t := range list {
		g.dropAfter(tx, tokenKey(t.hash))
	}
	_, err = tx.Exec(deleteTokens, account)
	return err
}
