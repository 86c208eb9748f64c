package commons

import "commonweal/platform/auth"

// The capabilities of commons.
const (
	CanFound    auth.Capability = "commons.found"
	CanSettings auth.Capability = "commons.settings"
)

// Grants are the capabilities of commons, for auth.NewTable.
var Grants = []auth.Grant{
	{Capability: CanFound, Admin: true, Meaning: "found a commons on this host"},
	{Capability: CanSettings, Least: auth.Steward, Meaning: "change the name, language, time zone, openness and practices of the commons"},
}
