package auth

import (
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"commonweal/platform/fault"
)

// Person is what somebody says about themselves when an account is made.
type Person struct {
	Name     string // how to address them, 1 to 80 characters
	Handle   string // to sign in by; needed with a password
	Email    string // private; may be empty
	Password string // may be empty: then they sign in by passkey only
	Language string // BCP 47; empty means the commons' or the browser's
	Zone     string // IANA; empty means the commons'
}

// Bounds of what is stored about a person.
const (
	maxName  = 80  // characters
	maxEmail = 254 // bytes, RFC 5321
)

var handleForm = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])$`)

// checked returns the person with every field in its one form, or every fault
// of the form at once.
func (p Person) checked() (Person, error) {
	var faults fault.List
	keep := func(err *fault.Error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	var err *fault.Error
	p.Name, err = checkName(p.Name)
	keep(err)
	p.Handle, err = checkHandle(p.Handle, p.Password != "")
	keep(err)
	p.Email, err = checkEmail(p.Email)
	keep(err)
	if p.Password != "" {
		keep(checkPassword(p.Password, p.Handle, p.Name))
	}
	keep(checkLanguage(p.Language))
	keep(checkZone(p.Zone))
	return p, faults.OrNil()
}

func checkName(name string) (string, *fault.Error) {
	name = strings.Join(strings.Fields(norm.NFC.String(name)), " ")
	switch {
	case name == "":
		return name, fault.Invalidf("auth.name", "name", "enter a name, such as Robin Vale")
	case utf8.RuneCountInString(name) > maxName:
		return name, fault.Invalidf("auth.name", "name", "a name has at most %d characters; this one has %d", maxName, utf8.RuneCountInString(name))
	case !printable(name):
		return name, fault.Invalidf("auth.name", "name", "a name has letters, digits, spaces and signs only")
	}
	return name, nil
}

// printable refuses what cannot be stored or would reorder the text around it.
func printable(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return true
}

func checkHandle(handle string, needed bool) (string, *fault.Error) {
	handle = strings.ToLower(strings.TrimSpace(handle))
	if handle == "" && !needed {
		return "", nil
	}
	if !handleForm.MatchString(handle) {
		return handle, fault.Invalidf("auth.handle", "handle",
			"a sign-in name has 2 to 40 lower-case letters, digits, dots, hyphens or underscores, such as robin.vale")
	}
	return handle, nil
}

func checkEmail(email string) (string, *fault.Error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if email == "" {
		return "", nil
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > maxEmail || !printable(email) {
		return email, fault.Invalidf("auth.email", "email", "enter an e-mail address, such as robin@example.org, or nothing")
	}
	return email, nil
}

func checkLanguage(tag string) *fault.Error {
	if tag == "" {
		return nil
	}
	if _, err := language.Parse(tag); err != nil {
		return fault.Invalidf("auth.language", "language", "choose a language from the list, such as en or nl")
	}
	return nil
}

func checkZone(zone string) *fault.Error {
	if zone == "" {
		return nil
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return fault.Invalidf("auth.zone", "zone", "choose a time zone from the list, such as Europe/Brussels")
	}
	return nil
}

// checkPassword refuses what is guessed first. The message never repeats the password.
func checkPassword(password, handle, name string) *fault.Error {
	refuse := func(format string, args ...any) *fault.Error {
		return fault.Invalidf("auth.password", "password", format, args...)
	}
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case n < minPassword:
		return refuse("a password has at least %d characters; three or four unrelated words are easy to remember", minPassword)
	case n > maxPassword:
		return refuse("a password has at most %d characters", maxPassword)
	case distinct(lower) < 5:
		return refuse("this password repeats too few characters; three or four unrelated words are easy to remember")
	case lower == strings.ToLower(handle) || lower == strings.ToLower(name) || commonPasswords[lower]:
		return refuse("this password is among the first that are guessed; choose another")
	}
	if _, err := preparePassword(password); err != nil {
		return refuse("a password has letters, digits, spaces and signs only")
	}
	return nil
}

func distinct(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// commonPasswords are those long enough to pass and found in every list of leaked ones.
var commonPasswords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`1234567890 0123456789 0987654321 12345678910 123456789a 1q2w3e4r5t 1qaz2wsx3edc
		qwertyuiop qwerty1234 qwerty12345 qwerty123456 asdfghjkl1 asdfghjkl; zxcvbnm123 password12 password123 password1234
		passw0rd123 welcome123 welcome1234 iloveyou12 iloveyou123 letmein123 administrator changeme123 trustno1234 princess123
		sunshine123 football123 baseball123 superman123 1q2w3e4r5t6y qazwsxedcrfv abcdefghij abcdefgh123 abcd123456 a123456789
		q1w2e3r4t5 123qweasdzxc wachtwoord wachtwoord1 wachtwoord123 welkom1234 motdepasse motdepasse1 passwort123 contrasena1
		commonweal commonweal1 commonweal123`) {
		words[w] = true
	}
	return words
}()
