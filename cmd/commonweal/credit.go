package main

// CreditCommands are the commands of the practice.
type CreditCommands struct {
	Pay       PayCommand       `cmd:"" help:"Pay somebody, or many from a file."`
	Accounts  AccountsCommand  `cmd:"" help:"Show accounts and what stands in them."`
	Statement StatementCommand `cmd:"" help:"Show what was paid from and to an account."`
	Currency  CurrencyCommands `cmd:"" help:"List and found currencies."`
	Clear     ClearCommand     `cmd:"" help:"Set debts off against each other in circles: as much as can be, with the proof."`
	Clearing  ClearingCommands `cmd:"" help:"Look at clearing rounds."`
	Pool      PoolCommands     `cmd:"" help:"Try out pools of capital without interest."`
	Reconcile ReconcileCommand `cmd:"" help:"Compare with neighboring communities what both have of the payments between them."`
}

// ClearingCommands are about rounds that were cleared.
type ClearingCommands struct {
	Check ClearingCheckCommand `cmd:"" help:"Check the files of a round offline: that it is right, and that no other clears more."`
}
