package vf

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold returns a name as search sees it: lower case, without accents, so that
// "Zoë" is found by "zoe".
func fold(name string) string {
	ascii := true
	for i := 0; i < len(name); i++ {
		ascii = ascii && name[i] < 0x80
	}
	if !ascii {
		name = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFKD.String(name))
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), " ")
}

// pattern returns the LIKE pattern (escape character \) for names that contain the text.
func pattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(text)) + "%"
}
