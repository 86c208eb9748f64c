package intake

import "strings"

// Account is the number of a bank account in canonical form: an IBAN as
// electronic format (ISO 13616: no spaces, capitals), or another number as
// the file states it, without spaces.
type Account string

// The shortest IBAN of the registry (Norway), and the longest that ISO 13616 allows.
const ibanShortest, ibanLongest = 15, 34

// AccountOf brings an account number to canonical form.
func AccountOf(text string) Account {
	a := strings.Map(func(r rune) rune {
		if r <= ' ' || r == '\u00a0' || r > 0x7e {
			return -1
		}
		return r
	}, text)
	if upper := strings.ToUpper(a); Account(upper).IsIBAN() {
		return Account(upper)
	}
	if len(a) > 64 {
		a = a[:64]
	}
	return Account(a)
}

// IsIBAN reports whether the account is an International Bank Account Number:
// two letters, two check digits, letters and digits, and the check of ISO 7064
// (mod 97-10): moved to the end and written as digits, the number is 1 modulo 97.
func (a Account) IsIBAN() bool {
	if len(a) < ibanShortest || len(a) > ibanLongest {
		return false
	}
	rest := 0
	for i := range len(a) {
		switch c := a[(i+4)%len(a)]; {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	letters := a[0] >= 'A' && a[1] >= 'A'
	digits := a[2] <= '9' && a[3] <= '9'
	return letters && digits && rest == 1
}

// FindIBAN returns the IBAN that a number begins or ends with when the bank
// adds a currency or its own code: "NL91ABNA0417164300EUR", "ABNANL2A/NL91…".
// Without one it returns the number as AccountOf does.
func FindIBAN(text string) Account {
	whole := AccountOf(text)
	for _, piece := range strings.FieldsFunc(string(whole), func(r rune) bool { return r == '/' || r == '.' || r == ':' }) {
		a := AccountOf(piece)
		if a.IsIBAN() {
			return a
		}
		if n := len(a) - len("EUR"); n > 0 && a[:n].IsIBAN() {
			return a[:n]
		}
	}
	return whole
}
