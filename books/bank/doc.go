// Package bank brings foreign books into the open ones: statements of banks,
// line by line, and whole journals of hledger, Ledger and Beancount. Package
// books/intake reads the files; here is what people decide about them.
//
// A statement is looked at first (Survey: nothing changes), then brought (Run:
// each act takes up to a thousand lines). A line that was brought is open until
// somebody says what it is, or confirms what was proposed:
//
//	proposals, err := b.Propose(ctx, who)              // claims, promises, events, rules
//	err = b.Settle(ctx, who, key, decisions)           // one act, of many lines
//
// A line is an event that is recorded already, or becomes one: it settles a
// claim or a commitment, is income or an expense, pays what is owed to somebody,
// goes between accounts of the commons, or is left out with a reason. A line
// may be several of these; its parts add up to it. The line stays behind its
// events as evidence.
//
// Money of a commons is one pot a currency, with what it owes to people beside
// it; what they hold together is in the bank (package books/ledger). So all
// bank accounts in a currency are the same money here, and their statements
// together should close with what the books have in Assets:Bank.
//
// What of a statement is public in the log is what the books show anyway: days
// and amounts. Names, numbers of accounts and texts are sealed.
//
// # Invariants
//
//  1. A movement is brought once, however often and in whatever formats its
//     files come.
//  2. The parts of a settled line add up to it, and the events of a part add its
//     amount to what is in the bank: none for a transfer between own accounts.
//  3. No event stands behind two lines.
//  4. A batch that is taken back leaves its events without effect, and its file
//     can be brought again.
//  5. The log alone gives every line, what it was found to be, and its events.
//  6. A file with any fault changes nothing.
//  7. After a journal came in, the books hold for each account that its accounts
//     were mapped to what the journal's own tool says.
package bank
