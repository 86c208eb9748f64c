package bank

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"commonweal/platform/fault"
)

// fold makes texts comparable: lower case, without accents, single spaces.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// faultOf is the fault of an error that is one.
func faultOf(err error) *fault.Error {
	if e := fault.As(err); e != nil {
		return e
	}
	return fault.Invalidf("bank.part_way", "as", "say what the line is")
}
