package e2e_test

import (
	"encoding/csv"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestInvariant5EveryLink follows every link of the demo, to which a hundred
// thousand contributions were added, as a steward, as a member and as an
// outsider; and looks that the outsider learns nothing private.
func TestInvariant5EveryLink(t *testing.T) {
	t.Parallel()
	h := newHost(t, "")
	h.run("demo")
	sheet, people := timesheet(t, 100_000)
	h.run("import", "timesheet", "--commons", "windworks", "--project", "Turbine 3 kW", "--map", people, sheet)
	h.serve()
	noor := h.caller(t)
	noor.signIn("noor", demoPassword)
	noor.found("closed") // its books are
	for _, who := range []string{"noor", "joris", "an outsider"} {
		t.Run("as "+who, func(t *testing.T) {
			t.Parallel()
			c := newCrawl(h.caller(t))
			if who == "an outsider" {
				c.secrets = append(secrets(t, noor), "/c/closed", "Commons closed")
			} else {
				c.signIn(who, demoPassword)
			}
			c.from("/")
		})
	}
}

// demoPassword is that of noor and joris in the demo.
const demoPassword = "open books for everyone"

// timesheet writes quarters of an hour of one member of the demo, and who that is.
func timesheet(t *testing.T, rows int) (sheet, people string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("Date,Person,Hours,Note\n")
	for i := range rows {
		fmt.Fprintf(&b, "2026-%02d-%02d,Joris Example,0.25,private note %d of the timesheet\n", 1+i%10, 1+i/10%28, i)
	}
	sheet, people = filepath.Join(t.TempDir(), "sheet.csv"), filepath.Join(t.TempDir(), "people.csv")
	for path, text := range map[string]string{sheet: b.String(), people: "name:joris example,Joris Example\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return sheet, people
}

// secrets are the names of people and the notes on contributions in the open
// books of the demo, as they would stand in a page.
func secrets(t *testing.T, steward *caller) (list []string) {
	t.Helper()
	for _, slug := range []string{"windworks", "garden", "lantern"} {
		rows, err := csv.NewReader(strings.NewReader(steward.get("/c/" + slug + "/contribution/entries.csv?until=2025-12-31").body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			person, note := row[2], row[len(row)-1]
			list = append(list, html.EscapeString(person))
			if strings.Contains(note, " ") { // a single word may also be the name of something public
				list = append(list, html.EscapeString(note))
			}
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) < 100 {
		t.Fatalf("the demo has only %d secrets: %q", len(list), list)
	}
	return append(list, "of the timesheet")
}
