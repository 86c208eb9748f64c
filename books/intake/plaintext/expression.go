package plaintext

import (
	"math/big"
	"strings"
)

// deepestBrackets bounds brackets within brackets.
const deepestBrackets = 50

// number takes a number, or arithmetic with numbers: + - * / and brackets.
func (l *tokenList) number() (decimal, error) { return l.sum(0) }

func (l *tokenList) sum(depth int) (decimal, error) {
	a, err := l.product(depth)
	for err == nil {
		var b decimal
		switch {
		case l.sign("+"):
			if b, err = l.product(depth); err == nil {
				a = decimal{new(big.Rat).Add(a.value, b.value), max(a.decimals, b.decimals)}
			}
		case l.sign("-"):
			if b, err = l.product(depth); err == nil {
				a = decimal{new(big.Rat).Sub(a.value, b.value), max(a.decimals, b.decimals)}
			}
		default:
			return a, nil
		}
	}
	return a, err
}

func (l *tokenList) product(depth int) (decimal, error) {
	a, err := l.factor(depth)
	for err == nil {
		var b decimal
		switch {
		case l.sign("*"):
			if b, err = l.factor(depth); err == nil {
				a = decimal{new(big.Rat).Mul(a.value, b.value), a.decimals + b.decimals}
			}
		case l.sign("/"):
			if b, err = l.factor(depth); err == nil && b.value.Sign() == 0 {
				err = syntax("%q divides by nothing", l.text())
			}
			if err == nil {
				v := new(big.Rat).Quo(a.value, b.value)
				a = decimal{v, digitsBehind(v)}
			}
		default:
			return a, nil
		}
		if err == nil && a.value.Num().BitLen()+a.value.Denom().BitLen() > 1024 {
			err = syntax("%q is a number with too many digits", l.text())
		}
	}
	return a, err
}

func (l *tokenList) factor(depth int) (decimal, error) {
	switch {
	case depth > deepestBrackets:
		return decimal{}, syntax("%q has too many brackets", l.text())
	case l.sign("-"):
		d, err := l.factor(depth + 1)
		if err == nil {
			d.value = new(big.Rat).Neg(d.value)
		}
		return d, err
	case l.sign("+"):
		return l.factor(depth + 1)
	case l.sign("("):
		d, err := l.sum(depth + 1)
		if err == nil && !l.sign(")") {
			err = syntax("%q should close a bracket", l.text())
		}
		return d, err
	}
	digits, ok := l.next(numberToken)
	if !ok {
		return decimal{}, syntax("%q should be a number", l.text())
	}
	return decimalOf(strings.ReplaceAll(digits, ",", ""))
}

// mostDecimals is the precision of Beancount's own arithmetic.
const mostDecimals = 28

// digitsBehind is how many decimals a number has, mostDecimals when they do not end.
func digitsBehind(v *big.Rat) int {
	scaled := new(big.Rat).Set(v)
	for n := range mostDecimals {
		if scaled.IsInt() {
			return n
		}
		scaled.Mul(scaled, new(big.Rat).SetInt64(10))
	}
	return mostDecimals
}

// quantity takes a number with its currency.
func (l *tokenList) amount() (writtenAmount, error) {
	d, err := l.number()
	if err != nil {
		return writtenAmount{}, err
	}
	unit, ok := l.next(currencyToken)
	if !ok {
		return writtenAmount{}, syntax("%q should be a currency, such as EUR", l.text())
	}
	return writtenAmount{d, unitOf(unit)}, nil
}
