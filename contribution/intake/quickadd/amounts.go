package quickadd

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"

	"commonweal/contribution/intake"
	"commonweal/quantity"
)

// currencies are the signs and words for money that need no table.
var currencies = map[string]quantity.Unit{
	"€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF",
	"credit": "credit", "credits": "credit", "pln": "PLN", "sek": "SEK", "dkk": "DKK", "nok": "NOK", "jpy": "JPY", "¥": "JPY",
}

// perHour are the ways to say that a sum is a rate.
var perHour = map[string]bool{"/h": true, "/hour": true, "/uur": true, "/u": true, "/std": true, "/heure": true, "/hora": true, "an hour": true, "per hour": true,
	"per uur": true, "pro stunde": true, "par heure": true, "de l'heure": true, "por hora": true, "per h": true}

// physicalWords are unit words beside the table's symbols and labels, folded.
var physicalWords = map[string]quantity.Unit{
	"kg": "kilogram", "kilo": "kilogram", "kilos": "kilogram", "kilogram": "kilogram", "kilograms": "kilogram", "kilogramm": "kilogram", "kilogrammes": "kilogram", "kilogramos": "kilogram",
	"g": "gram", "gr": "gram", "gram": "gram", "grams": "gram", "gramm": "gram", "grammes": "gram", "gramos": "gram", "t": "tonne", "ton": "tonne", "tonne": "tonne", "tonnes": "tonne",
	"l": "litre", "liter": "litre", "litre": "litre", "liters": "litre", "litres": "litre", "litro": "litre", "litros": "litre", "ml": "millilitre", "cl": "centilitre", "dl": "decilitre",
	"m": "metre", "meter": "metre", "metre": "metre", "meters": "metre", "metres": "metre", "metro": "metre", "metros": "metre", "cm": "centimetre", "mm": "millimetre", "km": "kilometre",
	"m2": "squareMetre", "m3": "cubicMetre", "kwh": "kilowattHour",
	"pcs": "one", "piece": "one", "pieces": "one", "stuk": "one", "stuks": "one", "stuck": "one", "piezas": "one", "unidades": "one", "unit": "one", "units": "one",
}

// giftWords make a sum a gift instead of a purchase, folded.
var giftWords = set("donation donated donate gift gave donatie gedoneerd gift geschonken spende gespendet geschenk don donne donation donacion donado donado regalo")

// smallWords are left out at either end of a note, folded.
var smallWords = set("for on at of the and in with - – voor op aan van de het en für fur am an von und der die das pour le la les de du des et para por el los las y en a")

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// amountOfMoney reads "€12.50", "€ 12.50", "12,50 €", "12.50 EUR", "EUR 12", and
// "/h" or "per hour" after it.
func (p *parser) amountOfMoney(i int) int {
	first := p.words[i].folded
	head, digits := cutLetters(first)
	if unit, ok := currencies[head]; ok {
		switch {
		case digits != "":
			return p.setMoney(i, 1, digits, unit)
		case i+1 < len(p.words) && startsWithDigit(p.words[i+1].folded):
			return p.setMoney(i, 2, p.words[i+1].folded, unit)
		}
		return 0
	}
	if !startsWithDigit(first) {
		return 0
	}
	number := strings.TrimRightFunc(first, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsSymbol(r) || r == '/' })
	if unit, ok := currencies[bare(first[len(number):])]; ok {
		return p.setMoney(i, 1, first[:len(first)-len(rateTail(first))], unit)
	}
	if number == first && i+1 < len(p.words) {
		if unit, ok := currencies[bare(p.words[i+1].folded)]; ok {
			return p.setMoney(i, 2, number, unit)
		}
	}
	return 0
}

// bare is a currency word without a rate behind it.
func bare(word string) string { return strings.TrimSuffix(word, rateTail(word)) }

// rateTail is the "/h" at the end of a word.
func rateTail(word string) string {
	if at := strings.IndexByte(word, '/'); at >= 0 && perHour[word[at:]] {
		return word[at:]
	}
	return ""
}

// cutLetters splits "€12" and "eur12".
func cutLetters(word string) (letters, digits string) {
	at := strings.IndexFunc(word, unicode.IsDigit)
	if at < 0 {
		return word, ""
	}
	return word[:at], word[at:]
}

func (p *parser) setMoney(i, n int, digits string, unit quantity.Unit) int {
	rated := rateTail(p.words[i+n-1].folded) != ""
	number := strings.TrimSuffix(digits, rateTail(digits))
	number = strings.TrimRightFunc(number, func(r rune) bool { return !unicode.IsDigit(r) })
	a, err := quantity.ParseLocal(p.lang, number, unit)
	if err != nil {
		if b, second := quantity.ParseLocal(language.English, number, unit); second == nil && p.lang != language.English {
			a, err = b, nil
		}
	}
	if err != nil {
		p.doubtWords(i, n, "%v", err)
		return p.span(i, n, Money, "")
	}
	for k := 1; !rated && k <= 2; k++ {
		if perHour[p.folded(i+n, k)] {
			rated, n = true, n+k
		}
	}
	target, meaning := &p.money, Money
	if rated {
		target, meaning = &p.rate, Rate
	}
	switch {
	case *target != nil:
		p.doubtWords(i, n, "the line says two sums, %s and %s; write one line for each", *target, a)
	case a.Sign() <= 0:
		p.doubtWords(i, n, "%s is not a sum to record; write more than zero", a)
	default:
		*target = &a
	}
	return p.span(i, n, meaning, a.String())
}

// physical reads "3 kg", "500g", "2.5 l".
func (p *parser) physical(i int) int {
	first := p.words[i].folded
	if !startsWithDigit(first) {
		return 0
	}
	number, n := strings.TrimRightFunc(first, unicode.IsLetter), 1
	word := first[len(number):]
	if word == "" && i+1 < len(p.words) {
		word, n = p.words[i+1].folded, 2
	}
	unit, ok := physicalWords[word]
	if !ok {
		return 0
	}
	a, err := quantity.ParseLocal(p.lang, number, unit)
	if err != nil {
		p.doubtWords(i, n, "%v", err)
		return p.span(i, n, Quantity, "")
	}
	p.setQuantity(i, n, intake.Goods, a)
	return p.span(i, n, Quantity, a.String())
}
