package main

// ContributionCommands are the commands of the practice.
type ContributionCommands struct {
	Log           LogCommand           `cmd:"" help:"Log a contribution, typed as people say it."`
	List          ListCommand          `cmd:"" help:"List contributions, the latest logged first."`
	Show          ShowCommand          `cmd:"" help:"Show one contribution and what was decided about it."`
	Validate      ValidateCommand      `cmd:"" help:"Decide about a contribution."`
	Kinds         KindsCommand         `cmd:"" help:"List the kinds of contribution."`
	Projects      ProjectsCommand      `cmd:"" help:"List projects, or open one."`
	Equation      EquationCommands     `cmd:"" help:"Read, check, save and adopt value equations."`
	Preview       PreviewCommand       `cmd:"" help:"Show what a distribution would pay now; nothing is booked."`
	Distribute    DistributeCommand    `cmd:"" help:"Distribute the income that is left by a value equation."`
	Distributions DistributionsCommand `cmd:"" help:"List distributions."`
	Reverse       ReverseCommand       `cmd:"" help:"Take a distribution back, line by line."`
	Why           WhyCommand           `cmd:"" help:"Explain what somebody got in a distribution, or why nothing."`
	Game          GameCommand          `cmd:"" help:"Divide what a few people made together by what each adds to the others."`
	Recompute     RecomputeCommand     `cmd:"" help:"Compute a distribution again from an exported log alone, line by line."`
}

// exitStatuses ends the help of every command that can be refused.
const exitStatuses = `

Exit status: 0 done; 64 wrong command line; 65 something in the input is wrong; 66 there is no such thing; 69 not now; 73 the state of the books forbids it; 77 not allowed.`
