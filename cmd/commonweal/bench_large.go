package main

import (
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"time"

	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// largeCommons is a commons of ten thousand people and fifty projects.
type largeCommons struct {
	commons  commons.Commons
	people   []auth.Identity
	projects []contribution.Project
	version  contribution.Version
}

// load imports the rows as whole acts, with journal and hash.
func (b *bench) load() error {
	c, people, project, err := b.found("bench-large", 10_000)
	if err != nil {
		return err
	}
	l := &largeCommons{commons: c, people: people, projects: []contribution.Project{project}}
	steward := people[0]
	for i := 1; i < 50; i++ {
		p, err := contribution.OpenProject(b.g.ctx, b.h.Store, steward, "", fmt.Sprintf("Project %d", i+1))
		if err != nil {
			return err
		}
		l.projects = append(l.projects, p)
	}
	work := contribution.DefaultKinds("EUR")[0]
	work.Validation = contribution.Validation{} // imported hours were validated where they come from
	if _, err := contribution.ConfigureKind(b.g.ctx, b.h.Store, steward, "", "EUR", work); err != nil {
		return err
	}
	begin, seen := time.Now(), int64(-1)
	for ask := range b.asks(l) {
		ask.Seen = seen
		if seen, err = contribution.ImportContributions(b.g.ctx, b.h.Store, steward, ask); err != nil {
			return err
		}
	}
	elapsed := time.Since(begin)
	b.say(fmt.Sprintf("import %d rows", b.Rows), float64(b.Rows)/elapsed.Seconds(), "rows/s", "whole acts, journaled and durable")
	if err := b.h.Contribution.KeepBlocks(b.g.ctx, c.ID); err != nil {
		return err
	}
	b.large = l
	return b.rules()
}

// asks makes the chunks of the import beside it, as the reader of a file does.
// The loop may leave before their end.
func (b *bench) asks(l *largeCommons) iter.Seq[contribution.ImportAsk] {
	return func(yield func(contribution.ImportAsk) bool) {
		chunks, left := make(chan contribution.ImportAsk, 1), make(chan struct{})
		defer close(left)
		go func() {
			defer close(chunks)
			for done := 0; done < b.Rows; done += contribution.ImportChunk {
				ask := contribution.ImportAsk{Batch: contribution.Batch{ID: store.NewID(), Source: "bench"}}
				for i := done; i < min(done+contribution.ImportChunk, b.Rows); i++ {
					ask.Keys = append(ask.Keys, contribution.ImportKeyOf(fmt.Sprint(i)))
					ask.Logs = append(ask.Logs, l.row(i))
				}
				select {
				case chunks <- ask:
				case <-left:
					return
				}
			}
		}()
		for ask := range chunks {
			if !yield(ask) {
				return
			}
		}
	}
}

// row is the i-th contribution: everybody works in turn, over three years.
func (l *largeCommons) row(i int) contribution.LogAsk {
	return contribution.LogAsk{Kind: "work", Person: l.people[i*7919%len(l.people)].Agent, Project: l.projects[i%len(l.projects)].ID,
		Quant: quantity.Micros(int64(i%16+1)*quantity.Scale/4, "hour"), Rate: quantity.Of(int64(10+i%9), "EUR"),
		From: time.Now().UTC().AddDate(0, 0, -i%1000).Truncate(time.Hour), Note: "work"}
}

// rules adopts an equation of five buckets and twelve rules, and brings in income.
func (b *bench) rules() (err error) {
	l, ctx, db := b.large, b.g.ctx, b.h.Store
	if l.version, err = contribution.SaveEquation(ctx, db, l.people[0], "", contribution.SaveEquationAsk{Text: l.equation("12")}); err != nil {
		return err
	}
	ask := contribution.VersionAsk{ID: l.version.ID, Version: l.version.Version, Hash: l.version.Hash}
	if _, err := contribution.MarkSimulated(ctx, db, l.people[0], "", ask); err != nil {
		return err
	}
	if l.version, err = contribution.AdoptEquation(ctx, db, l.people[0], "", ask); err != nil {
		return err
	}
	_, err = contribution.RecordIncome(ctx, db, l.people[0], "", contribution.IncomeAsk{Kind: contribution.Sale, Project: l.projects[0].ID,
		PayerName: "Customers", At: time.Now(), Gross: quantity.Of(1_000_000, "EUR")})
	return err
}

// equation has five buckets and twelve rules over all projects.
func (l *largeCommons) equation(rate string) equation.Equation {
	e := equation.Equation{Name: "Large", Version: 1, Unit: "EUR", Base: equation.Remaining, Project: string(l.projects[0].ID),
		Constants: []equation.Constant{{Name: "fair", Value: equation.Decimal(rate), Unit: "EUR/hour"}}}
	e.Buckets = append(e.Buckets, equation.Bucket{Sequence: 1, Key: "fund", Label: "Fund", Percent: "10",
		Fixed: []equation.Receiver{{Agent: string(l.commons.Agent), Weight: "1"}}})
	formulas := []string{"value", "hours * fair", "value + hours * fair"}
	for i := range 4 {
		bucket := equation.Bucket{Sequence: i + 2, Key: fmt.Sprintf("bucket-%d", i+1), Label: fmt.Sprintf("Bucket %d", i+1), Percent: "50",
			Filter: equation.Filter{Projects: []string{equation.AnyProject}}}
		for k, kind := range []string{"work", "use", "purchase"} {
			rule := equation.Rule{ID: fmt.Sprintf("rule-%d-%d", i, k), Kinds: []string{kind}, Claim: equation.UntilPaid, Formula: "value"}
			if kind == "work" {
				rule.Formula = formulas[i%len(formulas)]
			}
			bucket.Rules = append(bucket.Rules, rule)
		}
		e.Buckets = append(e.Buckets, bucket)
	}
	return e
}

// preview measures a distribution seen before it happens: from a cold start,
// and again when only the equation changed.
func (b *bench) preview() error {
	if err := b.need(); err != nil {
		return err
	}
	l := b.large
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	cold := contribution.New(b.h.Store)
	return b.h.Store.Read(b.g.ctx, l.commons.ID, func(r *store.Snapshot) error {
		begin := time.Now()
		_, result, err := cold.Preview(r, contribution.OpenAsk{Equation: l.version.ID})
		if err != nil {
			return err
		}
		b.say("preview a distribution, cold", time.Since(begin).Seconds(), "s", fmt.Sprintf("%d contributions, %d lines", b.Rows, len(result.Lines)))
		var warm []time.Duration
		for i := range 7 {
			draft := l.equation(fmt.Sprint(13 + i))
			begin := time.Now()
			if _, err := cold.Simulate(r, draft, nil, quantity.Of(1_000_000, "EUR"), "", false); err != nil {
				return err
			}
			warm = append(warm, time.Since(begin))
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		slices.Sort(warm[1:]) // the first builds the session
		b.say("preview when only the equation changed", warm[1+len(warm[1:])/2].Seconds(), "s", "median of six")
		b.say("memory held for it", float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB", "columns, session and results")
		runtime.KeepAlive(cold)
		return nil
	})
}

// pages measures the server time of the pages of the large commons.
func (b *bench) pages() error {
	if err := b.need(); err != nil {
		return err
	}
	shell, err := b.h.Shell(false)
	if err != nil {
		return err
	}
	secret, _, err := b.h.Gate.IssueTokenFor(b.g.ctx, b.h.Gate.Operator(b.large.commons.ID), b.large.people[0].Agent, auth.TokenAsk{Label: "bench", Life: time.Hour})
	if err != nil {
		return err
	}
	for _, path := range b.paths() {
		var times []time.Duration
		for range 101 {
			request := httptest.NewRequest(http.MethodGet, "/c/bench-large"+path, nil)
			request.Header.Set("Authorization", "Bearer "+secret)
			answer := httptest.NewRecorder()
			begin := time.Now()
			shell.ServeHTTP(answer, request)
			times = append(times, time.Since(begin))
			if answer.Code != http.StatusOK {
				return fmt.Errorf("%s answered %d", path, answer.Code)
			}
		}
		slices.Sort(times[1:]) // the first fills the memory
		b.say("page "+path, times[99].Seconds()*1000, "ms", "99 of 100 within, server time")
	}
	return nil
}

// paths are the pages that are measured: those that a large commons could make slow.
func (b *bench) paths() []string {
	project := string(b.large.projects[3].ID)
	return []string{"", "/contribution", "/contribution/entries", "/contribution/entries?person=" + string(b.large.people[7].Agent), "/contribution/validate",
		"/contribution/projects", "/contribution/projects/" + project, "/contribution/projects/" + project + "/flows",
		"/contribution/equations", "/contribution/income", "/contribution/owed", "/people", "/search?q=project",
		"/resources", "/history", "/history?agent=" + string(b.large.people[7].Agent), "/processes", "/specifications", "/agents", "/agents/" + string(b.large.people[7].Agent) + "?view=gave"}
}
