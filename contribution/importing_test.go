package contribution

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/contribution/intake/gitlog"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// importer returns an importer of the workshop that makes members as the house does.
func (w *workshop) importer() *Importer {
	return &Importer{DB: w.db, Enroll: func(ctx context.Context, c store.ID, people []auth.Person, also func(*store.Tx, int, []auth.Membership) error) error {
		_, err := w.gate.EnrollWith(ctx, w.gate.Operator(c), people, auth.Member, also)
		return err
	}}
}

// text is a source whose file is a text.
func (w *workshop) text(format Format, name, content string, o ReadOptions) ImportSource {
	w.t.Helper()
	o.Secret = []byte("0123456789abcdef")
	records, err := ReadSource(format, name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }, o)
	must(w.t, err)
	return ImportSource{Batch: Batch{ID: store.NewID(), Source: string(format), File: name}, Records: records}
}

// run imports and fails the test when it is refused.
func (w *workshop) run(src ImportSource, plan ImportPlan) ImportResult {
	w.t.Helper()
	result, err := w.importer().Run(ctx, w.ada, src, plan, nil)
	must(w.t, err)
	return result
}

// standing lists all contributions that are not amended.
func (w *workshop) standing() (out []Entry) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		all, err := store.All(r, scanEntry, entriesAfter, -1, -1, 100_000)
		for _, e := range all {
			if e, err = GetEntry(r, e.No); err == nil && e.State != Amended {
				out = append(out, e)
			}
		}
		return err
	}))
	return out
}

const hours = "Person,Date,Hours,Project,Note\n" +
	"Bas,2026-03-02,1:30,Bench,sanding\n" +
	"Cleo,2026-03-03,2,Bench,oiling\n" +
	"Dirk,2026-03-04,0.5,Lathe,<b>bold</b>\n"

func sheet() ReadOptions {
	t, _ := timesheet.Guess([]string{"Person", "Date", "Hours", "Project", "Note"})
	return ReadOptions{Template: &t}
}

func (w *workshop) plan() ImportPlan {
	return ImportPlan{Project: w.project.ID, People: map[string]store.ID{"name:bas": w.bas.Agent, "name:cleo": w.cleo.Agent}, MakePeople: true, MakeProjects: true, MakeKinds: true}
}

func TestInvariant9TheSameTimesheetTwiceAddsNothing(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		first := w.run(w.text(FormatTimesheet, "march.csv", hours, sheet()), w.plan())
		if first.Contributions != 3 || first.Repeated != 0 {
			t.Fatalf("the first import: %+v", first)
		}
		// The second asks nothing: people, projects and kinds are known by now.
		second := w.run(w.text(FormatTimesheet, "again.csv", hours+"Dirk,2026-03-05,1,Lathe,\n", sheet()), ImportPlan{})
		if second.Contributions != 1 || second.Repeated != 3 {
			t.Errorf("the second import: %+v", second)
		}
		all := w.standing()
		if len(all) != 4 || all[2].Person != all[3].Person || all[2].Note != "<b>bold</b>" || all[2].Project == w.project.ID {
			t.Errorf("standing: %+v", all)
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			b, origin, ok, err := OriginOf(r, all[2].No)
			if !ok || b.File != "march.csv" || origin != "4" {
				t.Errorf("the third row comes from %+v line %q", b, origin)
			}
			agents, e := vf.GetAgents(r, []store.ID{all[2].Person})
			if agents[all[2].Person].Name != "Dirk" || agents[all[2].Person].Kind != vf.Person {
				t.Errorf("Dirk became %+v", agents)
			}
			return errors.Join(err, e)
		}))
	})
}

func TestSurveyChangesNothingAndListsEveryBadLine(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		bad := hours + "Bas,2026-02-30,1,Bench,\nBas,2106-01-01,1,Bench,\n,2026-03-01,1,Bench,\nBas,2026-03-01,-1,Bench,\nBas,2026-03-01\n"
		src := w.text(FormatTimesheet, "bad.csv", bad, sheet())
		report, err := w.importer().Survey(ctx, w.ada, src, w.plan())
		must(t, err)
		if report.BadLines != 5 || report.Rows != 3 || report.Ready(&ImportPlan{MakePeople: true, MakeProjects: true}) {
			t.Errorf("%d bad lines, %d rows: %v", report.BadLines, report.Rows, report.Bad)
		}
		for i, f := range report.Bad {
			if f.Line != 5+i {
				t.Errorf("bad line %d is said to be %d: %v", 5+i, f.Line, f)
			}
		}
		if len(report.Unknown) != 1 || report.Unknown[0].Name != "Dirk" || len(report.Projects) != 1 || report.Projects[0] != "Lathe" {
			t.Errorf("unknown %+v, projects %q", report.Unknown, report.Projects)
		}
		if _, err := w.importer().Run(ctx, w.ada, src, w.plan(), nil); err == nil || len(w.standing()) != 0 {
			t.Errorf("a file with bad lines was imported: %v", err)
		}
		plan := w.plan()
		plan.SkipBad = true
		if got := w.run(src, plan); got.Contributions != 3 || got.BadLines != 5 {
			t.Errorf("the good lines: %+v", got)
		}
	})
}

func TestNobodyIsGuessed(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		src := w.text(FormatTimesheet, "march.csv", hours, sheet())
		plan := w.plan()
		plan.MakePeople = false
		_, err := w.importer().Run(ctx, w.ada, src, plan, nil)
		if fault.CodeOf(err) != "contribution.import_people" {
			t.Errorf("a stranger was imported: %v", err)
		}
		plan.MakePeople, plan.MakeProjects = true, false
		_, err = w.importer().Run(ctx, w.ada, src, plan, nil)
		if fault.CodeOf(err) != "contribution.import_projects" {
			t.Errorf("a project was opened unasked: %v", err)
		}
		plan.People["name:dirk"] = LeaveOut
		if got := w.run(src, plan); got.Contributions != 2 || got.LeftOut != 1 {
			t.Errorf("without Dirk: %+v", got)
		}
		if _, err := w.importer().Survey(ctx, w.bas, src, plan); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a member imported: %v", err)
		}
	})
}

func TestReverseImportTakesTheBatchBackAndFreesItsKeys(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		before := w.log(w.bas, "1")
		src := w.text(FormatTimesheet, "march.csv", hours, sheet())
		w.run(src, w.plan())
		all := w.standing()
		_, err := LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.MustParse("1", "hour"), Corrects: &all[1].No})
		must(t, err)
		ask := ReverseImportAsk{Batch: src.Batch.ID, Reason: "the wrong month"}
		if _, err := ReverseImport(ctx, w.db, w.ada, ReverseImportAsk{Batch: src.Batch.ID}, nil); fault.CodeOf(err) != "contribution.reason" {
			t.Errorf("without a reason: %v", err)
		}
		_, err = ReverseImport(ctx, w.db, w.ada, ask, nil)
		must(t, err)
		left := w.standing()
		if len(left) != 2 || left[0].No != before.No || left[1].Corrects == nil {
			t.Errorf("after the reversal %+v stand", left)
		}
		if _, err := ReverseImport(ctx, w.db, w.ada, ask, nil); fault.CodeOf(err) != "contribution.batch_reversed" {
			t.Errorf("twice: %v", err)
		}
		if again := w.run(w.text(FormatTimesheet, "march.csv", hours, sheet()), ImportPlan{}); again.Contributions != 3 {
			t.Errorf("the mended file: %+v", again)
		}
	})
}

// repository makes a real git repository with awkward commits.
func repository(t testing.TB) string {
	dir := t.TempDir()
	git := func(env []string, args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), append([]string{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.org"}, env...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	commit := func(n int, name, mail, date string, message []byte) {
		t.Helper()
		must(t, os.WriteFile(filepath.Join(dir, "file"), []byte(fmt.Sprint(n)), 0o600))
		must(t, os.WriteFile(filepath.Join(dir, ".message"), message, 0o600))
		git(nil, "add", "file", ".mailmap")
		git([]string{"GIT_AUTHOR_NAME=" + name, "GIT_AUTHOR_EMAIL=" + mail, "GIT_AUTHOR_DATE=" + date, "GIT_COMMITTER_DATE=" + date}, "commit", "-q", "-F", ".message")
	}
	git(nil, "init", "-q")
	must(t, os.WriteFile(filepath.Join(dir, ".mailmap"), []byte("Bas <bas@example.org> <bas@old.example>\n"), 0o600))
	commit(1, "Bas", "bas@example.org", "2026-01-01T10:00:00Z", []byte("first"))
	commit(2, "bas", "bas@old.example", "2026-01-02T10:00:00Z", []byte("second <script>alert(1)</script>\n\nCo-authored-by: Cleo <cleo@example.org>\n"))
	commit(3, "Bas", "bas@example.org", "@0 +0000", []byte("dawn of time"))
	commit(4, "Bas", "bas@example.org", "@4294967295 +0000", []byte("after the end of 32 bits"))
	git(nil, "config", "i18n.commitEncoding", "no-such-encoding")
	commit(5, "Zo\xeb", "zoe@example.org", "2026-01-03T10:00:00Z", []byte("broken \xff\xfe bytes"))
	return dir
}

func TestGitHistoryOfARealRepository(t *testing.T) {
	dir := repository(t)
	each(t, func(t *testing.T, w *workshop) {
		source := func() ImportSource {
			rules := gitlog.DefaultRules()
			rules.Each = quantity.Of(1, quantity.Hour)
			records, err := ReadSource(FormatGit, "bench.git", nil, ReadOptions{Git: &gitlog.Options{Path: dir, Name: "bench.git", Project: "Bench", Rules: rules}})
			must(t, err)
			return ImportSource{Batch: Batch{ID: store.NewID(), Source: "git", File: "bench.git"}, Records: records}
		}
		plan := ImportPlan{People: map[string]store.ID{"mailto:bas@example.org": w.bas.Agent, "mailto:cleo@example.org": w.cleo.Agent}, MakePeople: true, SkipBad: true, Link: "https://git.example/bench/commit/"}
		report, err := w.importer().Survey(ctx, w.ada, source(), plan)
		must(t, err)
		if report.BadLines != 2 || report.Rows != 4 || len(report.Unknown) != 1 { // the first second of 1970, and 2106
			t.Errorf("%d bad (%v), %d rows, unknown %+v", report.BadLines, report.Bad, report.Rows, report.Unknown)
		}
		first := w.run(source(), plan)
		again := w.run(source(), plan)
		if first.Contributions != 4 || again.Contributions != 0 || again.Repeated != 4 {
			t.Errorf("first %+v, again %+v", first, again)
		}
		var bas, cleo int64
		for _, e := range w.standing() {
			switch e.Person {
			case w.bas.Agent:
				bas += e.Quantity.Micros
			case w.cleo.Agent:
				cleo += e.Quantity.Micros
			}
			if len(e.Evidence) != 1 || !strings.HasPrefix(e.Evidence[0].Link, plan.Link) {
				t.Errorf("evidence of %s: %+v", e.Note, e.Evidence)
			}
		}
		if bas != 1_500_000 || cleo != 500_000 { // a whole commit and half of the shared one
			t.Errorf("Bas has %d, Cleo %d millionths of an hour", bas, cleo)
		}
	})
}

const transactions = `type,kind,amount,currency,accountSlug,oppositeAccountSlug,oppositeAccountName,datetime,shortId,shortGroup,description,isRefund,shortRefundId,paymentProcessorFee,hostFee,expenseType
CREDIT,CONTRIBUTION,100.00,EUR,bench,giver,Giver Ltd,2026-03-01T10:00:00,aaaa0001,gggg0001,Monthly gift,,,-2.50,-5.00,
DEBIT,PAYMENT_PROCESSOR_FEE,-2.50,EUR,bench,stripe,Stripe,2026-03-01T10:00:00,aaaa0002,gggg0001,Fee,,,,,
CREDIT,CONTRIBUTION,40.00,EUR,bench,other,Other Ltd,2026-03-02T10:00:00,aaaa0003,gggg0002,Gift,,aaaa0004,,,
DEBIT,CONTRIBUTION,-40.00,EUR,bench,other,Other Ltd,2026-03-03T10:00:00,aaaa0004,gggg0003,Refund,REFUND,aaaa0003,,,
DEBIT,EXPENSE,-12.00,EUR,bench,bas,Bas,2026-03-04T10:00:00,aaaa0005,gggg0004,Screws,,,,,RECEIPT
`

func TestOpenCollectiveFeesAreNeverCountedTwice(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		plan := ImportPlan{Project: w.project.ID, Projects: map[string]store.ID{"bench": w.project.ID}, People: map[string]store.ID{"opencollective:bas": w.bas.Agent}}
		src := w.text(FormatOpenCollective, "transactions.csv", transactions, ReadOptions{})
		got := w.run(src, plan)
		if got.Incomes != 2 || got.Refunds != 1 || got.Contributions != 1 {
			t.Errorf("%+v", got)
		}
		again := w.run(w.text(FormatOpenCollective, "transactions.csv", transactions, ReadOptions{}), plan)
		if again.Records() != 0 || again.Repeated != 4 {
			t.Errorf("again: %+v", again)
		}
		check := func(want string, standing int) {
			t.Helper()
			must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
				left, err := IncomeLeft(r, "EUR")
				if err != nil {
					return err
				}
				sum := quantity.Of(0, "EUR")
				for _, in := range left {
					sum, _ = sum.Add(in.Left())
				}
				s, err := settings.Get(r)
				if err != nil {
					return err
				}
				pot, err := owedTo(r, s, s.Agent)
				if sum.Decimal() != want || pot != sum || len(left) != standing {
					t.Errorf("%d incomes of %s stand, the pot holds %s; want %d of %s", len(left), sum, pot, standing, want)
				}
				return err
			}))
		}
		check("92.5", 1) // 100 less 2.50 and 5; the refunded 40 is gone
		_, err := ReverseImport(ctx, w.db, w.ada, ReverseImportAsk{Batch: src.Batch.ID, Reason: "trial"}, nil)
		must(t, err)
		check("0", 0)
	})
}

func TestPraiseAndSourceCredAreKept(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		items := "_id,giver,receiver,reason,createdAt\n64a000000000000000000001,ada,bas,fixing the press,2026-03-01T10:00:00Z\n"
		scores := "_id,praise,quantifier,score,dismissed,duplicatePraise\n64b000000000000000000001,64a000000000000000000001,cleo,13,false,\n"
		plan := ImportPlan{Project: w.project.ID, MakePeople: true, MakeKinds: true}
		if got := w.run(w.text(FormatPraise, "praise.csv", items, ReadOptions{}), plan); got.Contributions != 1 {
			t.Errorf("praise: %+v", got)
		}
		if got := w.run(w.text(FormatPraiseScores, "scores.csv", scores, ReadOptions{}), plan); got.Kept != 1 {
			t.Errorf("scores: %+v", got)
		}
		all := w.standing()
		if len(all) != 1 || all[0].Kind != "praise" || all[0].Quantity != quantity.Of(1, "one") || all[0].Value.Unit != "" {
			t.Errorf("standing: %+v", all)
		}
	})
}

// TestImportResumes stops an import in the middle, as a kill would, and runs it
// again: nothing is missing and nothing is there twice.
func TestImportResumes(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		var file bytes.Buffer
		file.WriteString("Person,Date,Hours,Project,Note\n")
		const rows = 2*ImportChunk + 700
		for i := range rows {
			fmt.Fprintf(&file, "Bas,2026-03-02,1,Bench,row %d\n", i)
		}
		src := w.text(FormatTimesheet, "long.csv", file.String(), sheet())
		stopped, stop := context.WithCancel(ctx)
		_, err := w.importer().Run(stopped, w.ada, src, w.plan(), func(done, total int) {
			if total != rows {
				t.Errorf("%d records are promised, the file has %d", total, rows)
			}
			stop()
		})
		if err == nil {
			t.Fatal("a canceled import went on")
		}
		got := w.run(src, w.plan())
		if got.Contributions+got.Resumed != rows || got.Resumed < ImportChunk || got.Resumed == rows || got.Repeated != 0 {
			t.Errorf("the second run: %+v", got)
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			b, err := GetBatch(r, src.Batch.ID)
			n, _, e := store.One(r, scanInt64, countEntries)
			if b.Rows != rows || n != rows {
				t.Errorf("the batch says %d rows, the log %d; want %d", b.Rows, n, rows)
			}
			return errors.Join(err, e)
		}))
	})
}

var countEntries = store.SQL(`SELECT count(*) FROM contribution_entry WHERE commons_id = $1`)
