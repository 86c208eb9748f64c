// Package formula is the language in which a value equation says what a
// contribution is worth: "hours * rate * clamp(rating, 0.5, 1.5)".
//
// The syntax is that of CEL, the Common Expression Language, and is parsed by
// its Go library. Types and evaluation are our own, because CEL computes with
// binary floats and has no units: here every number is an exact rational with
// a unit, and a formula that adds euros to hours is refused when it is saved.
//
//	number   12.5, 1e-3                       read digit by digit, never as a float
//	unit     amount(40, "hour")               a number with a unit; 0 fits every unit
//	text     "care"                           for comparing stream, role and kind
//	operator + - * /  == != < <= > >=  && || !  c ? a : b
//	function min(a, b, ...)  max(a, b, ...)  clamp(x, low, high)
//	         round(x, step, "half_even" | "half_up" | "down" | "up" | "floor")
//	         default(x, y)                    y where x is missing
//	table    {"care": 1.5, "love": 1}[stream] lookup by text
//	karma    karma, karma["design"]           in all domains, in one
//	let      cel.bind(pay, hours * rate, min(pay, cap))
//
// There are no loops, no recursion, no clock and no randomness, and evaluation
// is bounded (see MaxNodes, MaxBits).
//
// A missing input is not zero. It makes the result missing unless default
// names another value; so does a division by zero or a number that grows past
// MaxBits make the result a Problem. The caller holds such a claim and says why.
// Operands are evaluated from left to right and the first problem is the
// result; && and || stop at the first operand that decides, and of a ? b : c
// only the branch taken is evaluated.
//
// # Invariants
//
//  1. Parse(Print(x)) equals x, and Print is a fixed point: the canonical text.
//  2. Parse, Check and evaluation never panic, whatever the text or figures.
//  3. Columns and Eval agree exactly, on the value or on the problem. Columns
//     computes with 64-bit fractions and hands a lane that does not fit to Eval.
//  4. The result of a checked formula has the unit that Check was asked for.
//  5. No float touches a value.
package formula
