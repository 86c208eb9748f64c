// Package camt reads bank statements of ISO 20022: messages camt.053
// (BankToCustomerStatement) of version 2 and later, as banks and accounting
// tools exchange them. The element names are those of the message definition
// reports (https://www.iso20022.org).
//
//	statements, err := intake.Collect(camt.Read(file))
//
// What of a statement becomes what:
//
//   - Acct (IBAN, or another number), Ownr and Ccy open it. The opening balance
//     is OPBD, PRCD where there is none, or ITBD on a page but the first; the closing one
//     is CLBD, or a second ITBD on a page but the last.
//   - Each Ntry with the status BOOK is a line. Entries that are pending (PDNG),
//     planned (FUTR) or information (INFO) are no movements and skipped.
//   - CdtDbtInd gives the sign. RvslInd does not turn it: a reversed debit comes as CRDT.
//   - Of an Ntry with one TxDtls its references, parties and remittance become
//     the line's; several become its Parts when their amounts add up to it.
//   - Amounts are those of the entry, in the currency of the account. Charges
//     are told, not subtracted: the entry already holds them.
//
// # Invariants
//
//  1. Every version reads the same: an entry written in version 2 and in
//     version 8 gives the same line.
//  2. A document type is refused, and no entity but the five of XML is known,
//     so nothing expands. Elements nest at most 64 deep; one entry takes at
//     most 16 MiB.
//  3. Whatever the bytes, reading ends with records or faults.
package camt
