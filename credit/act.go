package credit

import "commonweal/platform/auth"

// What may be done in this practice, and who may at least.
const (
	See       auth.Capability = "credit.see"       // currencies, totals, offers
	Pay       auth.Capability = "credit.pay"       // pay from accounts one holds, and ask for payment
	PayOther  auth.Capability = "credit.pay_other" // pay from accounts of others, as the commons allows
	Accounts  auth.Capability = "credit.account"   // open, freeze and close accounts of others
	Limit     auth.Capability = "credit.limit"     // change bands
	Configure auth.Capability = "credit.configure" // currencies, fees, rules
	Owe       auth.Capability = "credit.owe"       // write debts down and answer for one's own
	Clear     auth.Capability = "credit.clear"     // run clearing rounds, write down debts of others
)

// Grants is the practice's part of the capability table.
var Grants = []auth.Grant{
	{Capability: See, Least: auth.Member, OpenBooks: true, Meaning: "read currencies, totals, and what is offered and needed"},
	{Capability: Pay, Least: auth.Member, Meaning: "pay from one's own accounts, and ask for payment"},
	{Capability: PayOther, Least: auth.Steward, Meaning: "pay from accounts of others"},
	{Capability: Accounts, Least: auth.Steward, Meaning: "open, freeze and close accounts of others"},
	{Capability: Limit, Least: auth.Steward, Meaning: "change how far accounts may go either way"},
	{Capability: Configure, Least: auth.Steward, Meaning: "set up currencies, fees and rules of mutual credit"},
	{Capability: Owe, Least: auth.Member, Meaning: "write down debts of one's own, answer for them, and hold them back from clearing rounds"},
	{Capability: Clear, Least: auth.Steward, Meaning: "run clearing rounds, see all debts in them, and write down debts of others"},
}
