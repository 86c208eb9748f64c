package authroom_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"commonweal/platform/auth"
	"commonweal/platform/auth/authroom"
	"commonweal/platform/commons"
	"commonweal/platform/commons/commonsroom"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// site is a whole host with the rooms of auth and commons, served over TLS.
type site struct {
	t         *testing.T
	ctx       context.Context
	server    *httptest.Server
	gate      *auth.Gate
	directory *commons.Directory
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, ctx: t.Context()}
	db, err := store.Open(s.ctx, store.Config{URL: filepath.Join(t.TempDir(), "site.db"),
		Schemas: []store.Schema{journal.Schema, auth.Schema, commons.Schema}, Sealer: &journal.Log{}})
	s.ok(err)
	t.Cleanup(func() { db.Close() })
	var handler http.Handler
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	table := auth.NewTable(append(append(append([]auth.Grant{}, auth.Grants...), commons.Grants...), web.Grants...)...)
	s.gate, err = auth.New(auth.Config{Store: db, Table: table, Origin: s.origin(),
		Params: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}})
	s.ok(err)
	s.directory = commons.NewDirectory(commons.Config{Store: db, Gate: s.gate, Practices: []string{"contribution"}})
	handler, err = web.New(web.Config{Store: db, Resolve: authroom.Resolve(s.directory), CommonsBySlug: s.directory.BySlug,
		CommonsOf: s.directory.Of, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Rooms: []web.Room{authroom.New(s.gate, s.directory), commonsroom.New(s.directory, []commonsroom.Practice{{Word: "contribution", Label: "auth.nav.people"}})}})
	s.ok(err)
	return s
}

// origin is the address by which browsers know the site; passkeys need a name, not a number.
func (s *site) origin() string { return strings.Replace(s.server.URL, "127.0.0.1", "localhost", 1) }

func (s *site) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// reader is somebody's browser, without scripts.
type reader struct {
	*site
	client *http.Client
	status int
	path   string // where the last answer came from
	body   string
}

func (s *site) reader() *reader {
	jar, err := cookiejar.New(nil)
	s.ok(err)
	c := *s.server.Client()
	c.Jar = jar
	transport := c.Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.ServerName = "example.com" // the name in the test certificate
	c.Transport = transport
	return &reader{site: s, client: &c}
}

func (b *reader) do(r *http.Request) *reader {
	b.t.Helper()
	r.Header.Set("Accept-Language", "en")
	answer, err := b.client.Do(r)
	b.ok(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	b.ok(err)
	b.status, b.path, b.body = answer.StatusCode, answer.Request.URL.RequestURI(), string(body)
	return b
}

func (b *reader) get(path string) *reader {
	b.t.Helper()
	r, err := http.NewRequest("GET", b.origin()+path, nil)
	b.ok(err)
	return b.do(r)
}

// post sends a form; fields are names and values.
func (b *reader) post(path string, fields ...string) *reader {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequest("POST", b.origin()+path, strings.NewReader(form.Encode()))
	b.ok(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.origin())
	if strings.Contains(path, "passkey") {
		r.Header.Set("Accept", "application/json")
	}
	return b.do(r)
}

// shows checks the last answer.
func (b *reader) shows(status int, texts ...string) *reader {
	b.t.Helper()
	if b.status != status {
		b.t.Fatalf("%s answered %d, want %d:\n%s", b.path, b.status, status, main(b.body))
	}
	for _, text := range texts {
		if !strings.Contains(b.body, text) {
			b.t.Fatalf("%s does not show %q:\n%s", b.path, text, main(b.body))
		}
	}
	return b
}

// find returns what the expression's group matches in the last answer.
func (b *reader) find(expression string) string {
	b.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(b.body)
	if m == nil {
		b.t.Fatalf("%s has no %s:\n%s", b.path, expression, main(b.body))
	}
	return strings.ReplaceAll(m[1], "&amp;", "&")
}

func main(body string) string {
	if _, after, found := strings.Cut(body, "<main"); found {
		return after
	}
	return body
}

const password = "correct horse battery"

// founded is a site with an administrator, Ada, who founded River Workshop.
func founded(t *testing.T) (*site, *reader) {
	s := newSite(t)
	secret, needed, err := s.gate.FirstRun(s.ctx)
	s.ok(err)
	if !needed {
		t.Fatal("a fresh host has an administrator")
	}
	ada := s.reader()
	ada.get("/welcome?link="+secret).shows(200, "Make my account")
	ada.post("/welcome", "link", secret, "name", "Ada Host", "handle", "ada", "password", password).shows(200, "Welcome, Ada Host", "Found a commons")
	ada.post("/commons/new", "slug", "river-workshop", "currency", "EUR", "name", "River Workshop", "language", "en", "zone", "Europe/Brussels",
		"practices", "contribution").shows(200, "River Workshop is founded")
	return s, ada
}

func TestFromTheFirstLinkToAMemberWithAToken(t *testing.T) {
	s, ada := founded(t)
	ada.post("/c/river-workshop/people/invites", "role", "member", "uses", "1", "life", "7", "note", "for Robin").shows(200, "Your invite link")
	link := ada.find(`<code>([^<]*/join/[^<]*)</code>`)
	robin := s.reader()
	robin.get(strings.TrimPrefix(link, s.origin())).shows(200, "Join River Workshop", "invited as a member")
	robin.post("/join/river-workshop", "link", robin.find(`name="link" value="([^"]*)"`), "name", "Robin Vale", "handle", "robin",
		"password", password).shows(200, "You belong to River Workshop now")
	robin.get("/c/river-workshop/people").shows(200, "Ada Host", "Robin Vale")
	if strings.Contains(robin.body, "people/role") {
		t.Error("a member is offered to change roles")
	}
	robin.post("/c/river-workshop/people/role", "member", "x", "role", "steward").shows(403)
	robin.post("/c/river-workshop/tokens", "label", "export", "life", "7").shows(422, "at least one thing")
	robin.post("/c/river-workshop/tokens", "label", "export", "life", "7", "scope", "auth.members").shows(200, "Your new token")
	token := robin.find(`<code>(cw_[^<]*)</code>`)
	program := s.reader()
	r, err := http.NewRequest("GET", s.origin()+"/c/river-workshop/people", nil)
	s.ok(err)
	r.Header.Set("Authorization", "Bearer "+token)
	program.do(r).shows(200, "Robin Vale")
	robin.get("/account").shows(200, "export", "River Workshop")
	robin.post("/account/tokens/revoke", "token", robin.find(`name="token" value="([^"]*)"`)).shows(200, "no longer works")
	r.Header.Set("Accept", "application/json")
	program.do(r).shows(401, "auth.bad_token")
}

func TestSigningInAndOut(t *testing.T) {
	s, _ := founded(t)
	b := s.reader()
	b.get("/c/river-workshop/people").shows(200, `name="next" value="/c/river-workshop/people"`)
	b.post("/sign-in", "name", "ada", "password", "wrong horse battery", "next", "/c/river-workshop/people").shows(422, "do not belong together", `value="ada"`)
	wrong := main(b.body)
	if strings.Contains(b.body, "wrong horse") {
		t.Error("the page shows a password again")
	}
	other := s.reader()
	other.post("/sign-in", "name", "nobody", "password", "wrong horse battery", "next", "/c/river-workshop/people").shows(422)
	if got := main(strings.ReplaceAll(other.body, "nobody", "ada")); got != wrong {
		t.Errorf("the pages of a wrong password and an unknown name differ:\n%s\n%s", wrong, got)
	}
	b.post("/sign-in", "name", "ADA", "password", password, "next", "/c/river-workshop/people").shows(200, "Ada Host")
	if b.path != "/c/river-workshop/people" {
		t.Errorf("signing in led to %s", b.path)
	}
	b.post("/sign-out").shows(200, "You are signed out")
	b.get("/c/river-workshop/people").shows(200, "Sign in")
	for _, evil := range []string{"https://evil.test/", "//evil.test", "/\\evil.test"} {
		b.post("/sign-in", "name", "ada", "password", password, "next", evil).shows(200)
		if strings.Contains(b.path, "evil") {
			t.Errorf("%q led to %s", evil, b.path)
		}
	}
}

func TestInvariant2BadLinksLookAlike(t *testing.T) {
	s, _ := founded(t)
	b := s.reader()
	first := ""
	for _, path := range []string{"/join/river-workshop?link=x", "/join/river-workshop", "/join/nowhere?link=x", "/recover?link=x", "/welcome?link=x", "/welcome"} {
		b.get(path).shows(404)
		text := regexp.MustCompile(`(?s)<main.*</main>`).FindString(b.body)
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("%s looks different:\n%s", path, text)
		}
	}
}

func TestAccountPage(t *testing.T) {
	s, ada := founded(t)
	s.reader().get("/account").shows(200, "Sign-in name or e-mail address")
	ada.get("/account").shows(200, "Ada Host", `value="ada"`, "Where you are signed in")
	ada.post("/account", "name", "Ada Vale", "handle", "ada", "email", "not an address", "language", "nl", "zone", "").shows(422, `value="not an address"`)
	ada.post("/account", "name", "Ada Vale", "handle", "ada", "email", "ada@example.org", "language", "nl", "zone", "Europe/Brussels").shows(200, "Saved.", "Je account", "Ada Vale")
	ada.post("/account/password", "present", "wrong horse battery", "password", "another horse battery").shows(422)
	ada.post("/account/password", "present", password, "password", "another horse battery").shows(200, "gewijzigd")
	ada.post("/account/erase").shows(422)
	ada.post("/account/erase", "sure", "1", "present", "another horse battery").shows(422) // the only administrator
	ada.get("/account").shows(200)
}

func TestPeoplePage(t *testing.T) {
	s, ada := founded(t)
	c, _, err := s.directory.BySlug(s.ctx, "river-workshop")
	s.ok(err)
	people := make([]auth.Person, 150)
	for i := range people {
		people[i] = auth.Person{Name: "Person " + string(rune('A'+i/26)) + string(rune('a'+i%26))}
	}
	people[0].Name = `<script>alert("x")</script>`
	members, err := s.gate.Enroll(s.ctx, s.gate.Operator(c.ID), people, auth.Member)
	s.ok(err)
	ada.get("/c/river-workshop/people").shows(200, "&lt;script&gt;", "rel=\"next\"")
	seen := strings.Count(ada.body, `data-label="Joined"`)
	ada.get(ada.find(`rel="next" href="([^"]*)"`)).shows(200)
	if seen += strings.Count(ada.body, `data-label="Joined"`); seen != 151 {
		t.Errorf("two pages list %d of 151 people", seen)
	}
	ada.get("/c/river-workshop/people?after=rubbish").shows(200, "Ada Host")
	agent := string(members[7].Agent)
	ada.post("/c/river-workshop/people/role", "member", agent, "role", "emperor").shows(422)
	ada.post("/c/river-workshop/people/role", "member", agent, "role", "steward").shows(200, "The role is changed")
	ada.post("/c/river-workshop/people/recover", "member", agent).shows(200, "Link for Person")
	link := strings.TrimPrefix(ada.find(`<code>([^<]*/recover[^<]*)</code>`), s.origin())
	lost := s.reader()
	lost.get(link).shows(200, "Choose a new password")
	secret := lost.find(`name="link" value="([^"]*)"`)
	lost.post("/recover", "link", secret, "password", "short").shows(422, "at least 10 characters")
	lost.post("/recover", "link", secret, "password", password).shows(200, "Your new password is set")
	ada.post("/c/river-workshop/people/remove", "member", agent).shows(200, "membership has ended")
	lost.get("/c/river-workshop/people").shows(404)
	ada.post("/c/river-workshop/people/leave").shows(422, "last steward")
}

func TestAccountsOfTheHost(t *testing.T) {
	s, ada := founded(t)
	c, _, err := s.directory.BySlug(s.ctx, "river-workshop")
	s.ok(err)
	people := make([]auth.Person, 120)
	for i := range people {
		people[i] = auth.Person{Name: "Person"}
	}
	members, err := s.gate.Enroll(s.ctx, s.gate.Operator(c.ID), people, auth.Member)
	s.ok(err)
	ada.get("/account").shows(200, "This host")
	ada.get("/accounts").shows(200, "Ada Host", `rel="next"`)
	ada.get(ada.find(`rel="next" href="([^"]*)"`)).shows(200, `rel="prev"`)
	account := string(members[0].Account)
	ada.post("/accounts/recover", "account", account).shows(200, "Link for Person")
	robin := s.reader()
	robin.get(strings.TrimPrefix(ada.find(`<code>([^<]*/recover[^<]*)</code>`), s.origin())).shows(200)
	robin.post("/recover", "link", robin.find(`name="link" value="([^"]*)"`), "password", password).shows(200)
	robin.get("/accounts").shows(403)
	robin.post("/accounts/admin", "account", account, "admin", "1").shows(403)
	ada.post("/accounts/admin", "account", "x", "admin", "1").shows(422)
	ada.post("/accounts/admin", "account", account, "admin", "1").shows(200, "Changed.")
	robin.get("/accounts").shows(200)
	robin.post("/accounts/admin", "account", account, "admin", "0").shows(200, "Changed.", "Your account")
	robin.get("/accounts").shows(403)
}

func TestInvites(t *testing.T) {
	s, ada := founded(t)
	ada.post("/c/river-workshop/people/invites", "role", "emperor", "uses", "0", "life", "x").shows(422)
	ada.post("/c/river-workshop/people/invites", "role", "steward", "uses", "3", "life", "1").shows(200, "Your invite link")
	link := strings.TrimPrefix(ada.find(`<code>([^<]*/join/[^<]*)</code>`), s.origin())
	ada.get(link).shows(200, "You are signed in as Ada Host")
	ada.get("/c/river-workshop/people/invites").shows(200, "Links that work")
	if strings.Contains(ada.body, link) {
		t.Error("the link is shown again")
	}
	ada.post("/c/river-workshop/people/invites/withdraw", "invite", ada.find(`name="invite" value="([^"]*)"`)).shows(200, "no longer works")
	s.reader().get(link).shows(404)
}

// newCredential makes a P-256 key. The library drops leading zeros of a
// coordinate, which no real authenticator does: such keys, one in 128, are
// made again.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32 bytes
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

func TestPasskeysOverTheWire(t *testing.T) {
	s, ada := founded(t)
	account, err := s.gate.SignIn(s.ctx, "ada", password, auth.Visit{})
	s.ok(err)
	id := uuid.MustParse(string(account.Account))
	rp := virtualwebauthn.RelyingParty{Name: "Commonweal", ID: "localhost", Origin: s.origin()}
	key := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: id[:]})
	credential := newCredential()
	ask := func(b *reader, path string) (options, ceremony string) {
		b.post(path).shows(200)
		var q struct {
			Options  json.RawMessage
			Ceremony string
		}
		s.ok(json.Unmarshal([]byte(b.body), &q))
		return `{"publicKey":` + string(q.Options) + `}`, q.Ceremony
	}
	options, ceremony := ask(ada, "/account/passkeys/begin")
	create, err := virtualwebauthn.ParseAttestationOptions(options)
	s.ok(err)
	ada.post("/account/passkeys", "ceremony", ceremony, "label", "phone",
		"answer", virtualwebauthn.CreateAttestationResponse(rp, key, credential, *create)).shows(200, `"/account"`)
	ada.get("/account").shows(200, "phone")
	b := s.reader()
	options, ceremony = ask(b, "/sign-in/passkey/begin")
	get, err := virtualwebauthn.ParseAssertionOptions(options)
	s.ok(err)
	credential.Counter++
	answer := virtualwebauthn.CreateAssertionResponse(rp, key, credential, *get)
	b.post("/sign-in/passkey", "ceremony", ceremony, "answer", answer, "next", "//evil.test").shows(200, `{"next":"/"}`)
	b.get("/account").shows(200, "Ada Host")
	s.reader().post("/sign-in/passkey", "ceremony", ceremony, "answer", answer).shows(422, "auth.ceremony")
	ada.post("/account/passkeys/remove", "passkey", "%%%").shows(422)
	ada.get("/account")
	r := ada.find(`name="passkey" value="([^"]*)"`)
	req, err := http.NewRequest("POST", s.origin()+"/account/passkeys/remove", strings.NewReader(url.Values{"passkey": {r}}.Encode()))
	s.ok(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	ada.do(req).shows(200, "The passkey is removed")
}

func TestSettingsPage(t *testing.T) {
	s, ada := founded(t)
	ada.get("/c/river-workshop/settings").shows(200, `value="River Workshop"`, `value="contribution" checked`)
	ada.post("/c/river-workshop/settings", "name", "", "statement", "Kept.", "language", "en", "zone", "Mars").shows(422, "Kept.", `value="Mars"`)
	ada.post("/c/river-workshop/settings", "name", "River House", "statement", "For all.", "language", "en", "zone", "Europe/Brussels",
		"open_books", "1").shows(200, "Saved", `value="River House"`)
	s.reader().get("/c/river-workshop").shows(200, "River House")
	s.reader().get("/commons/new").shows(200, "Sign in")
	ada.post("/commons/new", "slug", "river-workshop", "currency", "EUR", "name", "X", "language", "en", "zone", "UTC").shows(422, "taken")
	ada.post("/commons/new", "slug", "admin", "currency", "XAU").shows(422)
}
