package formula

// Problem says why an evaluation has no value. The zero Problem is none.
type Problem uint8

// The problems. WrongUnit and WrongCurrency come from the caller's inputs.
const (
	NoProblem Problem = iota
	Missing
	DivideByZero
	TooLarge // a number beyond MaxBits
	NoEntry  // a table has no such key
	BadArgument
	WrongUnit
	WrongCurrency

	// unfit marks a lane of Columns that 64 bits could not hold.
	unfit Problem = 255
)

// String returns the stable name of the problem.
func (p Problem) String() string {
	switch p {
	case Missing:
		return "missing_input"
	case DivideByZero:
		return "divide_by_zero"
	case TooLarge:
		return "too_large"
	case NoEntry:
		return "no_table_entry"
	case BadArgument:
		return "bad_argument"
	case WrongUnit:
		return "unit"
	case WrongCurrency:
		return "currency"
	case unfit:
		return "unfit"
	}
	return ""
}

// absent reports whether default may step in.
func (p Problem) absent() bool { return p == Missing || p == NoEntry }
