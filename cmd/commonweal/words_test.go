package main

import (
	"go/ast"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"commonweal/platform/web"
)

// notOnPages are codes, or rooms with their dot, that no page ever shows: what
// only a command says to an operator, what keeps a server from starting, and
// what only checks a log that was exported.
var notOnPages = []string{
	"bench.", "clearing.", "commonweal.", "demo.", "import.", "verify.", "monitor.", // commands
	"store.backup_exists", "store.encoding", "store.in_use", "store.migration_changed", "store.migration_not_additive", "store.network_disk",
	"store.newer_database", "store.no_database", "store.no_pg_dump", "store.old_postgres", "store.unsafe_postgres", "store.unsafe_sqlite", "store.url",
	"journal.bundle_malformed", "journal.checkpoint_malformed", "journal.entry_malformed", "journal.inclusion", "journal.inconsistent", "journal.key_exposed",
	"journal.key_name", "journal.not_canonical", "journal.opening", "journal.other_log", "journal.receipt_index",
	"journal.receipt_malformed", "journal.receipt_too_large", "journal.signature", "journal.tree_sizes", "journal.version", "journal.entry_too_large",
	"books.attachment_differs", "books.attachment_unknown", "books.changes_malformed", "books.destination", "books.destination_exists", "books.file_changed",
	"books.file_malformed", "books.key_malformed", "books.out_of_order", "bank.replay", "contribution.replay", "contribution.block", "contribution.equation_file", "contribution.sealing",
	"vf.replay_differs", "commons.which", "auth.no_table", "auth.erase_for", "journal.cosignature", "contribution.limit", "contribution.saved",
	// what only another server reads
	"activitypub.algorithm", "activitypub.digest", "activitypub.forged", "activitypub.not_covered", "activitypub.old", "activitypub.other_host",
	"activitypub.signature_malformed", "activitypub.unsigned", "federation.changed_activity", "federation.changed_terms", "federation.commitments",
	"federation.foreign_agreement", "federation.foreign_part", "federation.gone", "federation.no_agreement", "federation.nobody", "federation.not_here",
	"creditcommons.", "relay.address", "relay.amount_differs", "relay.late", "relay.malformed", "relay.rate_differs", "relay.unknown", "credit.not_a_neighbor",
	"federation.not_yet", "federation.other_actor", "federation.other_key", "federation.plan", "federation.plan_action", "federation.plan_too_large",
	"federation.plan_twice", "federation.too_many_listings", "federation.too_many_offers", "federation.too_many_plans", "federation.too_many_questions",
	// what a page cannot give a rule: the program itself puts it together
	"charge.",
	"equation.block", "equation.carry", "equation.claims", "equation.compare", "equation.dictionary_full", "equation.facts", "equation.figure", "equation.helper",
	"equation.helper_cycle", "equation.helper_over_hundred", "equation.history", "equation.input", "equation.ledger", "equation.no_payments",
	"equation.not_in_claims", "equation.walk", "equation.zone", "quantity.bad_carry", "quantity.bad_step", "quantity.divide_by_zero",
	"quantity.duplicate_receiver", "quantity.missing_weight", "quantity.negative_total", "quantity.negative_weight", "quantity.not_whole_steps", "quantity.tie_keys",
	"rollup.identifier", "rollup.place", "rollup.resource", "rollup.role",
	"evaluation.bad_domain", "evaluation.bad_grant", "evaluation.bad_half_life", "evaluation.bad_member", "evaluation.bad_verdict", "evaluation.bad_zero",
	"evaluation.domain_cycle", "evaluation.duplicate_gift", "evaluation.duplicate_grant", "evaluation.duplicate_item", "evaluation.duplicate_points",
	"evaluation.half_life_order", "evaluation.no_cause", "evaluation.no_half_life", "evaluation.participation", "evaluation.unknown_domain",
	"evaluation.unknown_item", "evaluation.unknown_member", "evaluation.weight_cap", "evaluation.duplicate_answer",
	"journal.act", "journal.field_name", "journal.no_field", "journal.not_an_object", "journal.not_json", "journal.number",
	"intake.secret", "intake.rule_id", "intake.merge", "intake.path", "contribution.import_batch", "contribution.import_size",
	"vf.agent_kind", "vf.empty_class", "vf.identifier", "vf.json", "vf.kind", "vf.new_record", "vf.no_new_record", "vf.policy_order", "vf.process_finished",
	"vf.time_point_and_interval", "vf.too_many_classes", "vf.unknown_action", "vf.unknown_policy",
	// what the form of an action cannot say: it has no field for it
	"vf.process_not_allowed", "vf.effort_not_allowed", "vf.resource_not_allowed", "vf.resource_quantity_not_allowed",
	// what the pages of mutual credit cannot ask for, and what only a log can say
	"credit.replay", "credit.round_broken", "credit.workflow", "credit.unknown_workflow", "credit.legs", "credit.several_currencies",
	// elections are not on pages yet
	"tally.", "delegation.", "sortition.", "ballotfile.", "recount.",
	// a pie chart is written by a page and read by a command
	"piechart.date", "piechart.empty", "piechart.extension", "piechart.identifier_twice", "piechart.json", "piechart.share", "piechart.size", "piechart.sum",
	"piechart.too_small", "piechart.version", "piechart.weight",
}

// sourcesNotOnPages are files and folders, below the module, whose refusals no
// page shows: what programs ask of the API, and readers that only commands use.
var sourcesNotOnPages = []string{
	"books/intake/", "platform/graphql/", "vf/compat/", "platform/journal/monitor/", "platform/journal/witness/request.go",
	"contribution/api_", "contribution/evaluation/recount.go", "vf/act.go", "vf/allocation.go", "vf/entity_replay.go",
	"credit/clearing/", "credit/outcome.go", "credit/relay_serve.go", "credit/relay/message.go", "credit/relay/chain.go", "credit/relay/sign.go", "credit/relay/quote.go", "credit/relay/transfer.go", "credit/act_schedule.go", "credit/schedule.go",
	"vf/trace/", "vf/vfrest/", "vf/resolve/", "books/stream.go", "platform/journal/follow/",
}

// pageWordings are the wordings of refusals by code, as they stand in sources
// that pages reach.
func pageWordings(t *testing.T) map[string][]string {
	t.Helper()
	codes := map[string]codeLine{}
	eachCall(t, func(path string, call *ast.CallExpr) {
		below := strings.TrimPrefix(filepath.ToSlash(path), "../../")
		if !slices.ContainsFunc(sourcesNotOnPages, func(no string) bool { return strings.HasPrefix(below, no) }) {
			readCode(path, call, codes)
		}
	})
	out := map[string][]string{}
	for code, line := range codes {
		unseen := slices.ContainsFunc(notOnPages, func(no string) bool {
			return code == no || strings.HasSuffix(no, ".") && strings.HasPrefix(code, no)
		})
		if line.kind != "internal" && !unseen {
			out[code] = line.wordings
		}
	}
	return out
}

// shellOf is the whole host's shell on a fresh database.
func shellOf(t *testing.T) *web.Shell {
	t.Helper()
	h, err := Open(t.Context(), Place{Data: t.TempDir(), Origin: "http://localhost:8080", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	shell, err := h.Shell(false)
	if err != nil {
		t.Fatal(err)
	}
	return shell
}

// Every message is there in every language, with the plural forms that the
// language has; that its placeholders are those of English is checked at the start.
func TestEveryLanguageIsComplete(t *testing.T) {
	shell := shellOf(t)
	for _, tag := range web.Languages {
		for _, gap := range shell.Gaps(tag) {
			t.Errorf("%s: %s", tag, gap)
		}
	}
}

// Every refusal that a page can show is said in every language: each wording
// of each code that stands in the source.
func TestRefusalsInEveryLanguage(t *testing.T) {
	codes := sourceCodes(t)
	for _, code := range notOnPages {
		if _, ok := codes[code]; !ok && !strings.HasSuffix(code, ".") {
			t.Errorf("%s is no code any more", code)
		}
	}
	shell := shellOf(t)
	for code, wordings := range pageWordings(t) {
		for _, wording := range wordings {
			untranslated(t, shell, code, wording)
		}
	}
	for _, wording := range placeWordings(t) {
		untranslated(t, shell, "", wording)
	}
}

func untranslated(t *testing.T, shell *web.Shell, code, wording string) {
	t.Helper()
	for _, tag := range web.Languages {
		if tag != language.English && !shell.Translated(tag, code, wording) {
			t.Errorf("%s: %s has no words for %q", tag, code, wording)
		}
	}
}

// placeWordings are the wordings that lead up to a refusal and the doubts about
// a line that is typed.
func placeWordings(t *testing.T) (out []string) {
	t.Helper()
	places := map[string]int{"Within": 0, "doubt": 2, "doubtWords": 2}
	eachCall(t, func(_ string, call *ast.CallExpr) {
		name, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if i, ok := places[name.Sel.Name]; ok && i < len(call.Args) {
			if s, literal := text(call.Args[i]); literal && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	})
	if len(out) < 10 {
		t.Errorf("only %d places and doubts were found; the search is broken", len(out))
	}
	return out
}
