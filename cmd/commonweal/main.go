package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // zones are data, also where the machine has none

	"github.com/alecthomas/kong"

	"commonweal/platform/fault"
)

// version is set by the release script.
var version = "development"

// Globals are the flags every command has. Each has an environment twin.
type Globals struct {
	Data         string `help:"Folder of the database, the signing key and uploads." default:"commonweal-data" env:"COMMONWEAL_DATA" type:"path"`
	Database     string `help:"PostgreSQL instead of the file in the data folder: postgres://…" env:"COMMONWEAL_DATABASE"`
	Origin       string `help:"The address people type." default:"http://localhost:8080" env:"COMMONWEAL_ORIGIN"`
	Site         string `help:"The host's name, as people read it." default:"Commonweal" env:"COMMONWEAL_SITE"`
	Secret       string `help:"Text that signs short-lived cookies: the same for every process that serves one database, 32 characters or more. Without it each process draws its own." env:"COMMONWEAL_SECRET"`
	JSON         bool   `help:"Answer and log in JSON, and keep progress bars away." env:"COMMONWEAL_JSON"`
	Repositories string `help:"Folder of git repositories that stewards may import on the page, by name." env:"COMMONWEAL_REPOSITORIES" type:"path"`
	PrivateNets  bool   `help:"Let other hosts that this one asks (neighbors that cosign logs, other servers) be in private networks, and without https." name:"private-neighbors" env:"COMMONWEAL_PRIVATE_NEIGHBORS"`
	Verbose      bool   `help:"Log every request and commit." short:"v" env:"COMMONWEAL_VERBOSE"`

	ctx context.Context
	out io.Writer
	err io.Writer
}

// Commands is the command line.
type Commands struct {
	Globals
	Version kong.VersionFlag `help:"Print the version."`

	Demo         DemoCommand          `cmd:"" help:"Fill a believable federation, built by the same acts that people use."`
	Serve        ServeCommand         `cmd:"" help:"Serve the pages of this host."`
	Commons      CommonsCommands      `cmd:"" help:"List the commons of this host, or found one."`
	Settings     SettingsCommands     `cmd:"" help:"Read and change the settings of a commons."`
	Contribution ContributionCommands `cmd:"" help:"Log, confirm, weigh and share out contributions."`
	Governance   GovernanceCommands   `cmd:"" help:"Count ballots, and count again what others counted."`
	Credit       CreditCommands       `cmd:"" help:"Pay in the currencies of a commons, look at accounts, clear debts in circles."`
	Import       ImportCommand        `cmd:"" help:"Bring in what people did elsewhere: git history, timesheets, praise, money."`
	Books        BooksCommands        `cmd:"" help:"Export the open books of a commons, and bring bank statements and journals."`
	Neighbors    NeighborsCommands    `cmd:"" help:"Say which neighbors cosign the log of a commons."`
	Witness      WitnessCommands      `cmd:"" help:"Cosign the logs of neighbors."`
	Person       PersonCommands       `cmd:"" help:"Export or erase what this host keeps about somebody."`
	Verify       VerifyCommand        `cmd:"" help:"Check an exported log, or a receipt, offline."`
	Monitor      MonitorCommand       `cmd:"" help:"Follow logs over HTTP, and raise an alarm when one is not as it was."`
	Backup       BackupCommand        `cmd:"" help:"Copy the database and the signing key, while the host runs."`
	Restore      RestoreCommand       `cmd:"" help:"Put a backup back in an empty place, and check every log in it."`
	Bench        BenchCommand         `cmd:"" help:"Measure what docs/performance.md claims."`
}

func main() {
	collectLessOften()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// collectLessOften lets the heap grow to three times what is alive before it is
// collected, not two: while a collection runs, requests wait twice as long, and
// the slowest in a hundred are those. GOGC in the environment says otherwise.
func collectLessOften() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

// run is the program without its process: tests call it.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	commands := &Commands{}
	commands.ctx, commands.out, commands.err = ctx, stdout, stderr
	exited := -1
	parser, err := kong.New(commands, kong.Name("commonweal"), kong.Description("An open economy for a commons: one ledger, ten practices, books anybody can check."),
		kong.Vars{"version": version}, kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		fmt.Fprintln(stderr, err)
		return fault.Internal.ExitStatus()
	}
	chosen, err := parser.Parse(args)
	if exited >= 0 { // --help and --version have answered
		return exited
	}
	if err != nil {
		fmt.Fprintln(stderr, "commonweal:", err)
		return exitUsage
	}
	if err := chosen.Run(&commands.Globals); err != nil {
		return commands.fail(err)
	}
	return 0
}

// exitUsage is the status of a command line that cannot be read (EX_USAGE).
const exitUsage = 64

// fail tells what went wrong and returns the exit status.
func (g *Globals) fail(err error) int {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(g.err, "commonweal: stopped")
		return 130
	}
	f := fault.As(err)
	if g.JSON {
		answer := map[string]any{"error": err.Error(), "kind": fault.KindOf(err).String(), "code": fault.CodeOf(err)}
		if f != nil {
			answer["field"], answer["line"] = f.Field, f.Line
		}
		json.NewEncoder(g.err).Encode(answer)
	} else {
		fmt.Fprintln(g.err, "commonweal:", err)
	}
	return fault.KindOf(err).ExitStatus()
}

// logger writes to standard error, so that a command's answer stays clean.
func (g *Globals) logger() *slog.Logger {
	level := slog.LevelWarn
	if g.Verbose {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if g.JSON {
		return slog.New(slog.NewJSONHandler(g.err, options))
	}
	return slog.New(slog.NewTextHandler(g.err, options))
}

// open puts the house together for a command.
func (g *Globals) open() (*House, error) {
	return g.openAt(machineClock())
}

// openAt is open by a clock of the command's own; nil is the machine's.
func (g *Globals) openAt(clock func() time.Time) (*House, error) {
	origin, err := checkOrigin(g.Origin)
	if err != nil {
		return nil, err
	}
	secret, err := cookieSecret(g.Secret)
	if err != nil {
		return nil, err
	}
	return Open(g.ctx, Place{Data: g.Data, Database: g.Database, Origin: origin, Site: g.Site, Secret: secret, Repositories: g.Repositories, PrivateNeighbors: g.PrivateNets, Log: g.logger(), Clock: clock})
}

// answer prints a command's result: as JSON, or as the text says.
func (g *Globals) answer(v any, text string, args ...any) error {
	if g.JSON {
		return json.NewEncoder(g.out).Encode(v)
	}
	_, err := fmt.Fprintf(g.out, text+"\n", args...)
	return err
}
