package store

import "context"

// SQLiteExec runs a statement, such as a PRAGMA, on the one writer.
func SQLiteExec(s *Store, text string) error {
	_, err := s.engine.(*sqliteEngine).writer.exec(context.Background(), text, nil)
	return err
}

// Internals that the tests of the package look at.
var (
	Tokens         = tokens
	Sentences      = sentences
	SQLiteSchema   = sqliteSchema
	PostgresSchema = postgresSchema
	RefuseNetwork  = refuseNetwork
)

// TokenText is the text of a token and whether it is a word.
func (t token) Text() (string, bool) { return t.text, t.word }

// Disk tells the verdict "full" on a SQLSTATE.
func Disk(code string) bool { return judgeState(code) == full }

// AheadRows is how many rows of a table are sent while their act goes on.
const AheadRows = aheadRows

// MaxWaiting is how many acts may wait in a lane.
const MaxWaiting = maxWaiting
