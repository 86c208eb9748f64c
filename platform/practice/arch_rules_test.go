package practice

// The rules of the house that a machine can check, as data. docs/adr/0001
// says why; change it there first.

// practices are the ten; books and federation lean on what they lean on.
var practices = []string{"knowledge", "governance", "contribution", "copyfair", "commonfare", "design", "supply", "cosmolocal", "sharing", "credit"}

// pure are the packages that import only the standard library, quantity,
// platform/fault and each other.
var pure = []string{
	"quantity", "quantity/shapley", "platform/fault", "platform/table",
	"books/intake", "books/intake/camt", "books/intake/mt940", "books/intake/banktable", "books/intake/plaintext", "books/intake/match",
	"vf/trace", "contribution/equation", "contribution/equation/formula", "contribution/evaluation", "contribution/intake", "contribution/piechart", "contribution/rollup",
	"credit/clearing", "credit/clearing/circulation", "credit/clearing/sheets", "credit/limit", "credit/charge", "credit/figures", "credit/pool", "credit/relay", "credit/creditcommons", "governance/tally", "governance/delegation", "governance/sortition", "governance/ballotfile", "governance/recount", "governance/budgeting", "supply/planning", "commonfare/simulation",
	"cosmolocal/matching", "design/circularity", "copyfair/odrl",
}

// modules says in which folders (and below) a third-party module may appear.
// The standard library may appear everywhere; tests may also use what forTests lists.
var modules = map[string][]string{
	"cel.dev/cel-go":                     {"contribution/equation", "governance"},
	"github.com/BurntSushi/toml":         {"platform/web"},
	"github.com/Khan/genqlient":          {"clients/go"},
	"github.com/alecthomas/kong":         {"cmd", "platform/practice"},
	"github.com/alexedwards/argon2id":    {"platform"},
	"github.com/chromedp/chromedp":       {"docs"},
	"github.com/coreos/go-oidc/v3":       {"platform/auth"},
	"github.com/dunglas/httpsfv":         {"platform/activitypub"},
	"github.com/go-json-experiment/json": {"platform/journal", "platform/graphql", "platform/activitypub", "books", "vf"},
	"github.com/go-webauthn/webauthn":    {"platform/auth"},
	"github.com/goccy/go-yaml":           {"cmd", "contribution"},
	"github.com/google/uuid":             {"platform", "vf", "contribution"},
	"github.com/hashicorp/golang-lru/v2": {"platform", "contribution"},
	"github.com/hbollon/go-edlib":        {"books"},
	"github.com/jackc/pgx/v5":            {"platform/store"},
	"github.com/klauspost/compress":      {"platform/journal"},
	"github.com/mileusna/useragent":      {"platform/auth"},
	"github.com/schollz/progressbar/v3":  {"cmd"},
	"github.com/teambition/rrule-go":     {"platform/recurrence"},
	"github.com/vektah/gqlparser/v2":     {"platform/graphql", "vf"},
	"golang.org/x/crypto":                {"platform/auth"},
	"golang.org/x/mod":                   {"platform/journal", "books"},
	"github.com/piprate/json-gold":       {"vf/jsonld"},
	"golang.org/x/oauth2":                {"platform/auth"},
	"golang.org/x/sync":                  {"platform", "contribution", "books", "cmd"},
	"golang.org/x/sys":                   {"platform/store"},
	"golang.org/x/term":                  {"cmd"},
	"golang.org/x/text":                  {"quantity", "platform", "books", "vf", "cmd", "contribution"},
	"rsc.io/qr":                          {"credit"},
	"modernc.org/sqlite":                 {"platform/store"},
}

// forTests are the modules that tests may use anywhere.
var forTests = []string{
	"github.com/BurntSushi/toml", "github.com/Khan/genqlient", "pgregory.net/rapid", "github.com/rogpeppe/go-internal", "github.com/chromedp/chromedp", "github.com/chromedp/cdproto",
	"github.com/jba/templatecheck", "github.com/descope/virtualwebauthn", "github.com/anishathalye/porcupine", "github.com/transparency-dev", "github.com/vektah/gqlparser/v2", "golang.org/x/text", "golang.org/x/mod", "golang.org/x/sync",
}

// banned are names that say nothing about what a package holds.
var banned = []string{"util", "utils", "common", "helper", "helpers", "types", "model", "models", "service", "services", "manager", "managers", "misc", "base", "shared", "lib"}

// linesAtMost is the length of the longest file; aim for 150.
const linesAtMost = 600
