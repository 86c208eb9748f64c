package mt940

import (
	"regexp"
	"strings"

	"commonweal/books/intake"
)

// widths are how long the lines of a :86: and its German subfields are when
// they are full: a word may go on behind them.
const lineWidth, subfieldWidth = 65, 27

// describe reads the text of a movement in whichever dialect it is.
func describe(l *intake.Line, lines []string) {
	if text := join(lines, lineWidth); germanHead.MatchString(lines[0]) {
		german(l, strings.Join(lines, ""))
	} else if repeatsParty(l, lines[0]) {
		party(l, lines)
	} else if words := slashWord.FindStringIndex(text); words != nil && words[0] == 0 {
		dutch(l, text)
	} else if labelWord.MatchString(text) {
		labelled(l, text)
	} else {
		add(&l.Description, text)
	}
}

// join puts lines together: without a space behind a full one, with one behind
// a shorter one.
func join(lines []string, width int) string {
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line)
		if i < len(lines)-1 && len([]rune(line)) < width {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// add appends a text to a field that may have one.
func add(to *string, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if *to != "" {
		text = *to + " " + text
	}
	*to = text
}

// set gives a field the first text that is one.
func set(to *string, text string) {
	if text = given(text); *to == "" {
		*to = text
	}
}

func setAccount(l *intake.Line, text string) {
	if l.Party.Account == "" {
		l.Party.Account = intake.AccountOf(text)
	}
}

// repeatsParty reports whether a text begins with what the movement has as its
// reference and below it: the account and the name of the other side, as ASN
// and SNS write.
func repeatsParty(l *intake.Line, first string) bool {
	return l.Reference != "" && l.Description != "" && strings.Join(strings.Fields(first), " ") == l.Reference+" "+strings.Join(strings.Fields(l.Description), " ")
}

func party(l *intake.Line, lines []string) {
	setAccount(l, l.Reference)
	l.Party.Name, l.Reference, l.Description = l.Description, "", ""
	add(&l.Description, join(lines[1:], lineWidth))
}

// germanHead is the code of the business transaction and the sign that
// separates subfields.
var germanHead = regexp.MustCompile(`^\d{3}[?<~^>@]\d\d`)

// german reads subfields by their two digits.
func german(l *intake.Line, text string) {
	l.Code, text = text[:3], text[3:]
	var purpose, names []string
	for _, sub := range splitBefore(text, text[0]) {
		number, value := sub[1:3], sub[3:]
		switch {
		case number == "00":
			add(&l.Code, value)
		case number >= "20" && number <= "29", number >= "60" && number <= "63":
			purpose = append(purpose, value)
		case number == "31":
			setAccount(l, value)
		case number == "32", number == "33":
			names = append(names, value)
		case number == "10", number == "30", number == "34": // number of the batch, bank, extra code
		default:
			purpose = append(purpose, value)
		}
	}
	set(&l.Party.Name, join(names, subfieldWidth))
	sepa(l, purpose)
}

// splitBefore cuts a text before each separator that two digits follow.
func splitBefore(text string, separator byte) (out []string) {
	start := 0
	for i := 1; i+2 < len(text); i++ {
		if text[i] == separator && isDigit(text[i+1]) && isDigit(text[i+2]) {
			out = append(out, text[start:i])
			start = i
		}
	}
	return append(out, text[start:])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// sepaWord begins an item of a SEPA purpose, or the bank's own message.
var (
	sepaWord   = regexp.MustCompile(`^(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC)\+|^MTLG:`)
	sepaWithin = regexp.MustCompile(` (EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE)\+`)
)

// sepa reads the purpose: items that begin with a SEPA word at the start of a
// subfield or behind a space; without any, all is text.
func sepa(l *intake.Line, subfields []string) {
	var purpose []string
	for _, sub := range subfields {
		for at := sepaWithin.FindStringIndex(sub); at != nil; at = sepaWithin.FindStringIndex(sub) {
			purpose, sub = append(purpose, sub[:at[0]]), sub[at[0]+1:]
		}
		purpose = append(purpose, sub)
	}
	for i := 0; i < len(purpose); {
		word := sepaWord.FindString(purpose[i])
		end := i + 1
		for end < len(purpose) && !sepaWord.MatchString(purpose[end]) {
			end++
		}
		value := strings.TrimPrefix(join(purpose[i:end], subfieldWidth), word)
		switch i = end; word {
		case "EREF+":
			set(&l.Reference, value)
		case "MREF+":
			set(&l.Mandate, value)
		case "IBAN+":
			setAccount(l, value)
		case "KREF+", "CRED+", "DEBT+", "BIC+":
			// the bank customer's own order, identifiers of collectors, the bank
		default: // SVWZ+, whom it is for, and text without a word
			add(&l.Description, value)
		}
	}
}

// slashWord is a word of the Dutch dialect.
var slashWord = regexp.MustCompile(`/(EREF|REMI|CNTP|NAME|IBAN|BIC|BENM|ORDP|TRTP|MARF|CSID|RTRN|PURP|ULTC|ULTD|ULTB|CREF|PREF|ISDT|USTD|STRD|ID|ADDR|TRCD|SVCL|INIT|OAMT|CUR|ABWA)/`)

// dutch reads words between slashes. What stands behind a word goes up to the
// next one; the slash that ends a word may begin the next, as in /REMI/USTD//text.
func dutch(l *intake.Line, text string) {
	for text != "" {
		at := slashWord.FindStringSubmatchIndex(text)
		word, rest := text[at[2]:at[3]], text[at[1]-1:]
		value := rest
		if next := slashWord.FindStringIndex(rest); next != nil {
			value, text = rest[:next[0]], rest[next[0]:]
		} else {
			text = ""
		}
		dutchWord(l, word, strings.Trim(value, "/ "))
	}
}

func dutchWord(l *intake.Line, word, value string) {
	switch word {
	case "EREF":
		set(&l.Reference, value)
	case "STRD", "CUR": // /REMI/STRD/CUR/reference
		if value != "" {
			l.Reference = value
		}
	case "MARF":
		set(&l.Mandate, value)
	case "IBAN":
		setAccount(l, value)
	case "NAME":
		set(&l.Party.Name, value)
	case "CNTP": // account/bank/name/place
		parts := strings.Split(value, "/")
		setAccount(l, parts[0])
		if len(parts) > 2 {
			set(&l.Party.Name, parts[2])
		}
	case "TRTP":
		add(&l.Code, value)
	case "REMI", "USTD", "RTRN":
		add(&l.Description, value)
	}
}

// labelWord is a label of the older Dutch texts.
var labelWord = regexp.MustCompile(`\b(IBAN:|BIC:|NAAM:|OMSCHRIJVING:|KENMERK:|BETALINGSKENM\.|MACHTIGING:|INCASSANT:) *`)

// labelled reads what stands behind labels; what stands before the first is text.
func labelled(l *intake.Line, text string) {
	marks := labelWord.FindAllStringSubmatchIndex(text, -1)
	add(&l.Description, text[:marks[0][0]])
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := strings.TrimSpace(text[m[1]:end])
		switch text[m[2]:m[3]] {
		case "IBAN:":
			setAccount(l, value)
		case "NAAM:":
			set(&l.Party.Name, value)
		case "KENMERK:", "BETALINGSKENM.":
			reference, rest := cutReference(value)
			set(&l.Reference, reference)
			add(&l.Description, rest)
		case "MACHTIGING:":
			set(&l.Mandate, value)
		case "OMSCHRIJVING:":
			add(&l.Description, value)
		}
	}
}

// cutReference takes the first word, and the digits that a line break cut off
// from digits.
func cutReference(text string) (reference, rest string) {
	words := strings.Fields(text)
	n := min(1, len(words))
	for n > 0 && n < len(words) && strings.Trim(words[n-1]+words[n], "0123456789") == "" {
		n++
	}
	return strings.Join(words[:n], ""), strings.Join(words[n:], " ")
}
