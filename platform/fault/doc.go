// Package fault is the one kind of error that Commonweal shows to people.
//
// A breach of a rule is created once, where the rule is, with New or one of
// the constructors named after a Kind; everyone else wraps it with %w. One
// table (kinds) maps a Kind to the HTTP status, the GraphQL extension and the
// exit status of the command line. Any other error is internal: it is logged
// with an identifier and the reader sees the identifier only.
//
// Invariants
//
//  1. A code is a stable, dotted, lower-case string such as
//     "quantity.overflow": first the word of the room, then the rule.
//     Codes never change meaning and never disappear.
//  2. The message says what was wrong, with which value, and what would be
//     right. It never holds private content.
//  3. Field names the field of the form, request or file column at fault;
//     Line names the line of a file, counted from 1.
//  4. Message is English: the leads, then the wording, each with its blanks
//     filled. Leads and Wording keep text and values apart for a translator,
//     and a fault that was stored as JSON keeps them.
package fault
