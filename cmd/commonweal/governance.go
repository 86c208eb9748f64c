package main

// GovernanceCommands are the commands of the practice.
type GovernanceCommands struct {
	Count   CountCommand   `cmd:"" help:"Count a ballot file, stage by stage: BLT, a Debian tally sheet, PrefLib."`
	Recount RecountCommand `cmd:"" help:"Count again what an audit package says was counted; it must agree to the byte."`
}
