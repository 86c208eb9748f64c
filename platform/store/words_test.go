package store_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

func TestSchemaWords(t *testing.T) {
	for _, c := range []struct{ text, sqlite, postgres string }{
		{"id UUID NOT NULL", "id TEXT NOT NULL", "id UUID NOT NULL"},
		{"n BIGINT, b BOOLEAN, x BLOB, t TEXT", "n INTEGER, b INTEGER, x BLOB, t TEXT", `n BIGINT, b BOOLEAN, x BYTEA, t TEXT COLLATE "C"`},
		// Whole words only, and only in capitals.
		{"CONTEXT TEXTUAL uuid UUIDS bigint text", "CONTEXT TEXTUAL uuid UUIDS bigint text", "CONTEXT TEXTUAL uuid UUIDS bigint text"},
		{"my_TEXT TEXT_2 BLOB1", "my_TEXT TEXT_2 BLOB1", "my_TEXT TEXT_2 BLOB1"},
		// Neither quoted text nor comments.
		{"DEFAULT 'TEXT' -- a TEXT\n/* BLOB */ TEXT", "DEFAULT 'TEXT' -- a TEXT\n/* BLOB */ TEXT", "DEFAULT 'TEXT' -- a TEXT\n/* BLOB */ TEXT COLLATE \"C\""},
		{`'it''s TEXT' TEXT`, `'it''s TEXT' TEXT`, `'it''s TEXT' TEXT COLLATE "C"`},
		{`"TEXT" TEXT`, `"TEXT" TEXT`, `"TEXT" TEXT COLLATE "C"`},
		// A cast takes no collation.
		{"CAST(n AS TEXT)", "CAST(n AS TEXT)", "CAST(n AS TEXT)"},
		{"CAST(n AS BLOB)", "CAST(n AS BLOB)", "CAST(n AS BYTEA)"},
		{"x TEXT\n) STRICT;\ny TEXT", "x TEXT\n) STRICT;\ny TEXT", "x TEXT COLLATE \"C\"\n) ;\ny TEXT COLLATE \"C\""},
		{") STRICT, WITHOUT ROWID; , WITHOUT", ") STRICT, WITHOUT ROWID; , WITHOUT", ") ; , WITHOUT"},
		{"'never closed TEXT", "'never closed TEXT", "'never closed TEXT"},
	} {
		if got := store.SQLiteSchema(c.text); got != c.sqlite {
			t.Errorf("SQLite: %q becomes %q; want %q", c.text, got, c.sqlite)
		}
		if got := store.PostgresSchema(c.text); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(c.postgres), " ") {
			t.Errorf("PostgreSQL: %q becomes %q; want %q", c.text, got, c.postgres)
		}
	}
}

func TestSentences(t *testing.T) {
	got := store.Sentences("a; -- no; not here\n b ';' \"x;\" /* ; */ >= c ;\n\n;d||e")
	want := []string{"a", "b ';' \"x;\"   >= c", "d||e"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q; want %q", got, want)
	}
}

// Cutting a text into tokens loses nothing.
func TestTokensJoinToTheText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		joins(r, rapid.StringMatching(`([a-zA-Z_0-9]|'|"|--|/\*|\*/|;|\n| |é|\(|,){0,40}`).Draw(r, "text"))
	})
}

func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"", "SELECT 'a''b' -- c\n", `"x" /* y`, "a\x00b", "é TEXT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		joins(t, text)
		store.Sentences(text)
		store.PostgresSchema(text)
	})
}

func joins(t interface{ Errorf(string, ...any) }, text string) {
	var b strings.Builder
	for _, tok := range store.Tokens(text) {
		s, word := tok.Text()
		if s == "" || word && strings.ContainsAny(s, " \n'\";(") {
			t.Errorf("%q has the token %q, word %v", text, s, word)
		}
		b.WriteString(s)
	}
	if b.String() != text {
		t.Errorf("%q was joined to %q", text, b.String())
	}
}
