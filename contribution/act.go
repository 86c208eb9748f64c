package contribution

import "commonweal/platform/auth"

// What may be done in this practice, and who may at least.
const (
	See       auth.Capability = "contribution.see"        // the open books of the practice
	Log       auth.Capability = "contribution.log"        // log for oneself
	LogOther  auth.Capability = "contribution.log_other"  // log for somebody else
	Validate  auth.Capability = "contribution.validate"   // accept or reject what others logged
	Evaluate  auth.Capability = "contribution.evaluate"   // answer in a round
	Import    auth.Capability = "contribution.import"     // bring in files
	Configure auth.Capability = "contribution.configure"  // kinds, projects, rounds, draft equations
	Adopt     auth.Capability = "contribution.adopt"      // put an equation into force
	Receive   auth.Capability = "contribution.receive"    // record income and fees
	Run       auth.Capability = "contribution.distribute" // run and reverse distributions
	Sanction  auth.Capability = "contribution.sanction"   // take karma away by a decision
	SeeExits  auth.Capability = "contribution.exits"      // who left, and what became of their claims
	Leave     auth.Capability = "contribution.exit"       // record that somebody left, and take it back
)

// Capabilities is the practice's part of the capability table.
var Capabilities = []auth.Grant{
	{Capability: See, Least: auth.Member, OpenBooks: true, Meaning: "read contributions, income, equations and distributions"},
	{Capability: Log, Least: auth.Member, Meaning: "log one's own contributions"},
	{Capability: LogOther, Least: auth.Steward, Meaning: "log contributions of other people"},
	{Capability: Validate, Least: auth.Member, Meaning: "accept or reject what others logged"},
	{Capability: Evaluate, Least: auth.Member, Meaning: "evaluate peers in a round"},
	{Capability: Import, Least: auth.Steward, Meaning: "import contributions and income from files"},
	{Capability: Configure, Least: auth.Steward, Meaning: "set up kinds, projects, rounds and draft equations"},
	{Capability: Adopt, Least: auth.Steward, Meaning: "put a value equation into force"},
	{Capability: Receive, Least: auth.Steward, Meaning: "record income and what is taken off it"},
	{Capability: Run, Least: auth.Steward, Meaning: "distribute income, and reverse a distribution"},
	{Capability: SeeExits, Least: auth.Member, Meaning: "read who left, in which way, and what became of their claims"},
	{Capability: Leave, Least: auth.Steward, Meaning: "record in which way somebody left, and take it back"},
	{Capability: Sanction, Least: auth.Steward, Meaning: "record a decision by which somebody loses karma"},
}
