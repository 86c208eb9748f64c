package commons

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Bounds of what a commons says of itself, in characters.
const (
	maxSlug      = 40
	maxName      = 80
	maxStatement = 280
)

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// refused are addresses that would read like a part of the program, or like
// somebody who speaks for the host.
var refused = map[string]bool{}

func init() {
	for _, w := range strings.Fields(`about account admin administrator api app assets auth books c commons commonweal demo
		docs feed graphql health healthz help home host invite join legal login logout mail me new null official operator
		preferences privacy root search security settings sign-in sign-out sign-up static status steward styleguide support
		system tiles token undefined user www`) {
		refused[w] = true
	}
}

// CheckSlug returns the address in its one form, or says what is wrong with it.
func CheckSlug(slug string) (string, error) {
	slug = strings.ToLower(strings.TrimSpace(slug))
	switch {
	case len(slug) < 2 || len(slug) > maxSlug || !slugForm.MatchString(slug):
		return slug, fault.Invalidf("commons.slug", "slug",
			"an address has 2 to %d lower-case letters, digits and single hyphens between them, such as river-workshop", maxSlug)
	case refused[slug]:
		return slug, fault.Invalidf("commons.slug_refused", "slug", "the address %q is kept for the program itself; choose another", slug)
	}
	return slug, nil
}

// Settings are what stewards may change of a commons.
type Settings struct {
	Name      string
	Statement string // may be empty
	Language  string // BCP 47
	Zone      string // IANA
	OpenBooks bool
	Practices []string
}

// checked returns the settings in their one form, or every fault at once.
// known are the practices there are.
func (s Settings) checked(known []string) (Settings, error) {
	var faults fault.List
	s.Name, s.Statement = oneLine(s.Name), oneLine(s.Statement)
	if s.Name == "" || utf8.RuneCountInString(s.Name) > maxName || !printable(s.Name) {
		faults = append(faults, fault.Invalidf("commons.name", "name", "a name has 1 to %d characters, such as River Workshop", maxName))
	}
	if utf8.RuneCountInString(s.Statement) > maxStatement || !printable(s.Statement) {
		faults = append(faults, fault.Invalidf("commons.statement", "statement", "say what the commons is for in at most %d characters", maxStatement))
	}
	if tag, err := language.Parse(s.Language); err != nil {
		faults = append(faults, fault.Invalidf("commons.language", "language", "choose a language from the list, such as en or nl"))
	} else {
		s.Language = tag.String()
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
		faults = append(faults, fault.Invalidf("commons.zone", "zone", "choose a time zone from the list, such as Europe/Brussels"))
	}
	s.Practices = slices.Compact(slices.Sorted(slices.Values(s.Practices)))
	for _, word := range s.Practices {
		if !slices.Contains(known, word) {
			faults = append(faults, fault.Invalidf("commons.practice", "practices", "there is no practice %q", word))
		}
	}
	return s, faults.OrNil()
}

// CheckCurrency refuses what is not a currency in use, after ISO 4217.
func CheckCurrency(u quantity.Unit) error {
	info, known := quantity.Lookup(u)
	if !known || info.Currency == nil || info.Currency.Withdrawn != "" || info.Currency.Digits < 0 {
		return fault.Invalidf("commons.currency", "currency", "%q is not a currency in use; choose one such as EUR", string(u))
	}
	return nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(norm.NFC.String(text)), " ") }

func printable(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return true
}
