package contribution

import (
	"testing"

	"commonweal/vf"
)

// An imported round and past pay are shown as what they are: with file and line
// to members, without names and files' lines to readers of the open books.
func TestImportedEvaluationAndPayThroughThePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withImports("")
		_, scores := s.praised()
		s.sourceCred()
		at := "/contribution/rounds/" + string(scores.Round)
		res := s.result(s.getRound(scores.Round))
		item := at + "/items/" + res.Ratings[0].Entry.String()
		s.open = true

		s.get("cleo", "/contribution/rounds").shows(200, "scores.csv", "Marks of another system, imported", "Closed")
		s.get("cleo", at).shows(200, "made in another system", "17", "Imported from", "building the bench", "2 / 3").hides("by lot")
		s.get("cleo", item).shows(200, "(13 &#43; 21) / 2 = 17", "Read from praise.csv, line 2", "scores.csv, line 2", "scores.csv, line 3", "missing", "17 × 0.1 = 1.7 karma")
		s.get("", item).shows(200, "(13 &#43; 21) / 2 = 17", "Member ").hides("Bas", "Cleo", "praise.csv", "line 2", "building")
		s.get("cleo", "/contribution/karma/"+string(s.bas.Agent)).shows(200, "score of contribution", "1.7")
		s.get("ada", "/contribution/import/batch/"+string(scores.Round)).shows(200, at)

		account := "/contribution/owed/" + string(s.bas.Agent)
		s.get("cleo", "/contribution/owed").shows(200, "Paid before, elsewhere", "10.00")
		s.get("cleo", account).shows(200, "Paid before, in another system", "€10.00", "ledger.json, line 3")
		s.get("", account).shows(200, "€10.00", "An import", vf.Pseudonym(s.bas.Agent)).hides("Bas", "ledger.json")
		s.get("cleo", "/contribution/owed/"+string(s.cleo.Agent)).shows(200, "€4.00", "Passed on by somebody else")
		s.get("cleo", account+".json").shows(200, `"before"`, `"10"`)

		batch := s.get("ada", "/contribution/import/batch/"+string(scores.Round))
		s.post("ada", "/contribution/import/batch/"+string(scores.Round)+"/reverse", "_key", batch.key(), "reason", "the wrong file").leads("/contribution/import/batch/")
		s.get("cleo", at).shows(200, "Taken back", "count no more")
		s.get("cleo", "/contribution/karma/"+string(s.bas.Agent)).shows(200, "taken back with the import", "-1.7")
	})
}
