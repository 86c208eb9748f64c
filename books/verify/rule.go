package verify

// Rule is a check that sees every entry in order. Rooms bring their own: the
// one of contribution recomputes every distribution.
type Rule interface {
	// Entry is asked about the next entry, after the core has accepted it. A
	// fault is a breach; its message says what was expected and found. The
	// entry is good until Entry returns.
	Entry(e *Entry) error
	// Close is asked once after the last entry, when there was no breach.
	Close() error
}
