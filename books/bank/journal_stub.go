package bank
// JournalSheet is replaced.
type JournalSheet struct{}
