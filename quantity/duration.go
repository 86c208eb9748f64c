package quantity

import (
	"math/big"
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"commonweal/platform/fault"
)

// ParseDuration reads a length of time as people write it: "1:30", "1:30:15",
// "1h30", "1 h 30 min", "1.5h", "90 min", "2 days", and bare numbers, which
// count the unit itself. unit is hour, another unit of time with an exact
// length, careHour or loveHour. What has no exact count of millionths (20
// minutes of an hour) is rounded half to even, at most 1.8 milliseconds off.
//
// In "1:30" minutes and seconds stop at 59; "0:90" is refused, because it is
// as likely a slip as a wish. In "90 min" they do not.
func ParseDuration(lang language.Tag, text string, unit Unit) (Amount, error) {
	w := writingOf(lang)
	body, err := tidy(w, text)
	if err != nil {
		return Amount{}, err
	}
	if _, ok := perHour(unit); !ok {
		return Amount{}, fault.Invalidf("quantity.not_a_time", "unit", "%s is not a unit of time; a duration needs one, such as hour", unit)
	}
	if bare := withoutUnit(body, unit); !looksLikeDuration(bare) {
		return parseNumber(w, bare, text, unit)
	}
	return parseDuration(w, body, text, unit)
}

// perHour returns how many of the unit make an hour.
func perHour(unit Unit) (*big.Rat, bool) {
	if unit == CareHour || unit == LoveHour {
		return big.NewRat(1, 1), true
	}
	f, err := ConversionFactor(Hour, unit)
	return f, err == nil
}

// looksLikeDuration reports whether the text holds a clock's colon or a word.
func looksLikeDuration(body string) bool {
	return strings.ContainsFunc(body, func(r rune) bool { return r == ':' || unicode.IsLetter(r) })
}

func parseDuration(w writing, body, text string, unit Unit) (Amount, error) {
	rate, _ := perHour(unit)
	digits, negative := strings.CutPrefix(body, "-")
	var hours *big.Rat
	var err error
	if strings.Contains(digits, ":") {
		hours, err = clockHours(withoutHourWord(digits), text)
	} else {
		hours, err = wordHours(w, digits, text)
	}
	if err != nil {
		return Amount{}, err
	}
	if negative {
		hours.Neg(hours)
	}
	return FromRat(hours.Mul(hours, rate), unit, HalfEven)
}

// withoutHourWord allows "1:30 h".
func withoutHourWord(digits string) string {
	head := strings.TrimRightFunc(digits, unicode.IsLetter)
	if timeWords[strings.ToLower(digits[len(head):])] == 3600 {
		return strings.TrimSpace(head)
	}
	return digits
}

// clockHours reads h:mm and h:mm:ss.
func clockHours(digits, text string) (*big.Rat, error) {
	parts := strings.Split(digits, ":")
	seconds := new(big.Int)
	for i, p := range parts {
		if !allDigits(p) || len(parts) > 3 || len(p) > 9 || (i > 0 && (len(p) != 2 || p > "59")) {
			return nil, badDuration(text)
		}
		n, _ := new(big.Int).SetString(p, 10)
		seconds.Add(seconds.Mul(seconds, big.NewInt(60)), n)
	}
	if len(parts) == 2 {
		seconds.Mul(seconds, big.NewInt(60))
	}
	return new(big.Rat).SetFrac(seconds, big.NewInt(3600)), nil
}

// timeWords maps the words for units of time, in the languages of the program,
// to their seconds.
var timeWords = map[string]int64{
	"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, // English
	"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
	"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
	"d": 86400, "day": 86400, "days": 86400, "wk": 604800, "week": 604800, "weeks": 604800,
	"u": 3600, "uur": 3600, "uren": 3600, "minuut": 60, "minuten": 60, "dag": 86400, "dagen": 86400, "weken": 604800, // Dutch
	"std": 3600, "stunde": 3600, "stunden": 3600, "tag": 86400, "tage": 86400, "woche": 604800, "wochen": 604800, // German
	"heure": 3600, "heures": 3600, "jour": 86400, "jours": 86400, "semaine": 604800, "semaines": 604800, // French
	"hora": 3600, "horas": 3600, "minuto": 60, "minutos": 60, "día": 86400, "días": 86400, "semana": 604800, "semanas": 604800, // Spanish
}

// wordHours reads numbers with words, largest first: "1 h 30 min". A last
// number without a word counts the next smaller unit: "1h30".
func wordHours(w writing, body, text string) (*big.Rat, error) {
	total, last := new(big.Rat), int64(0)
	for rest := body; rest != ""; {
		digits, word, after := nextPair(rest)
		seconds := timeWords[strings.ToLower(word)]
		if word == "" && last == 3600 && after == "" && len(digits) <= 2 {
			seconds = 60
		}
		if seconds == 0 || (last != 0 && seconds >= last) {
			return nil, badDuration(text)
		}
		n, err := parseNumber(w, digits, text, Hour)
		if err != nil {
			return nil, err
		}
		if n.Sign() < 0 {
			return nil, badDuration(text)
		}
		total.Add(total, new(big.Rat).Mul(n.Rat(), big.NewRat(seconds, 3600)))
		rest, last = after, seconds
	}
	return total, nil
}

// nextPair cuts a number and the word after it off the text.
func nextPair(text string) (digits, word, rest string) {
	end := strings.IndexFunc(text, unicode.IsLetter)
	if end < 0 {
		return strings.TrimSpace(text), "", ""
	}
	digits, rest = strings.TrimSpace(text[:end]), text[end:]
	stop := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	if stop < 0 {
		return digits, rest, ""
	}
	return digits, rest[:stop], strings.TrimSpace(strings.TrimPrefix(rest[stop:], "."))
}

func badDuration(text string) error {
	return fault.Invalidf("quantity.not_a_duration", "", "%q is not a duration; write 1:30, 1h30, 1.5 h or 90 min", clip(text))
}
