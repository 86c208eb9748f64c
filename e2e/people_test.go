package e2e_test

// password is everybody's: the accounts live as long as a test.
const password = "correct horse battery"

// begin makes the first account of the host from its first link.
func (v *visitor) begin(name, handle string) {
	v.t.Helper()
	v.open(v.host.firstLink())
	v.introduce(name, handle)
	v.press("Make my account")
	v.sees(name)
}

// introduce fills in who one is.
func (v *visitor) introduce(name, handle string) {
	v.t.Helper()
	v.fill("name", name)
	v.fill("handle", handle)
	v.fill("password", password)
}

// found founds a commons with open books, for contributions and other practices.
func (v *visitor) found(slug, name string, practices ...string) {
	v.t.Helper()
	v.open("/commons/new")
	v.fill("slug", slug)
	v.fill("name", name)
	v.fill("currency", "EUR")
	v.tick("open_books", "1")
	for _, word := range append([]string{"contribution"}, practices...) {
		v.tick("practices", word)
	}
	v.press("Found it")
	v.sees(name)
}

// invite makes a link for one more member.
func (v *visitor) invite(slug string) (link string) {
	v.t.Helper()
	v.open("/c/" + slug + "/people/invites")
	v.press("Make the link")
	return ask[string](v, "secret")
}

// join comes in by an invite.
func (v *visitor) join(link, name, handle string) {
	v.t.Helper()
	v.open(link)
	v.introduce(name, handle)
	v.press("Make my account and join")
	v.sees(name)
}

// signIn signs in with the password.
func (v *visitor) signIn(handle string) {
	v.t.Helper()
	v.open("/sign-in")
	v.fill("name", handle)
	v.fill("password", password)
	v.press("Sign in")
}
