// Package praise reads what the Praise system exports: a CSV file of praise
// items and one of quantifications.
//
// Items gives a Draft for each praise, of the receiver, logged by the giver.
// Scores gives what each quantifier said of each item, raw: the practice's own
// rules make a score of it. Praise writes 0 for "no score yet" as well as for
// a score of nothing; a bare 0 that is neither dismissed nor a duplicate is
// read as missing, unless the community averaged it in (Options.BareZero).
//
// Handles and wallets are pseudonymized as they are read, with a secret of the
// commons; identifiers of the system itself are pseudonyms already.
package praise
