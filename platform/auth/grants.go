package auth

// The capabilities of auth itself.
const (
	CanMembers  Capability = "auth.members"
	CanInvite   Capability = "auth.invite"
	CanAdmit    Capability = "auth.admit"
	CanRemove   Capability = "auth.remove"
	CanSetRole  Capability = "auth.set_role"
	CanRecover  Capability = "auth.recover"
	CanTokens   Capability = "auth.tokens"
	CanLeave    Capability = "auth.leave"
	CanAccounts Capability = "auth.accounts"
)

// Grants are the capabilities of auth, for NewTable.
var Grants = []Grant{
	{Capability: CanMembers, Least: Member, Meaning: "see who belongs to the commons"},
	{Capability: CanInvite, Least: Steward, Meaning: "make and withdraw invite links"},
	{Capability: CanAdmit, Least: Steward, Meaning: "admit somebody as a member"},
	{Capability: CanRemove, Least: Steward, Meaning: "end somebody's membership"},
	{Capability: CanSetRole, Least: Steward, Meaning: "make a member a steward, or a steward a member"},
	{Capability: CanRecover, Least: Steward, Personal: true, Meaning: "give a member who lost their password a link to choose a new one"},
	{Capability: CanTokens, Least: Member, Personal: true, Meaning: "make tokens for programs that act in one's own name"},
	{Capability: CanLeave, Least: Member, Personal: true, Meaning: "leave the commons"},
	{Capability: CanAccounts, Admin: true, Meaning: "look after the accounts of the host"},
}
