package storetest

import (
	"strings"
	"testing"
)

const good = `
-- A comment that says cascade does no harm.
CREATE TABLE bank_account (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  owner UUID,
  balance BIGINT NOT NULL CHECK (balance >= 0),
  updated BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, owner),
  FOREIGN KEY (commons_id, owner) REFERENCES bank_owner (commons_id, id)
) STRICT;
CREATE TABLE bank_setting (commons_id UUID NOT NULL PRIMARY KEY, fee BIGINT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX bank_account_owner ON bank_account (commons_id, owner);
ALTER TABLE bank_account ADD COLUMN note TEXT;
`

func TestLintSchema(t *testing.T) {
	if got := lintSchema("bank", good); got != nil {
		t.Errorf("a good schema: %q", got)
	}
	for _, c := range []struct{ from, to, complaint string }{
		{"PRIMARY KEY (commons_id, id)", "PRIMARY KEY (id)", "leads every key"},
		{"UNIQUE (commons_id, owner)", "UNIQUE (owner)", "leads every key"},
		{"FOREIGN KEY (commons_id, owner)", "FOREIGN KEY (owner)", "leads every key"},
		{"bank_owner (commons_id, id)", "bank_owner (id)", "leads every reference"},
		{"owner UUID,", "owner UUID REFERENCES bank_owner,", "a reference names"},
		{"bank_account (commons_id, owner)", "bank_account (owner)", "leads every index"},
		{"(commons_id, id)\n) STRICT", "(commons_id, id) ON DELETE CASCADE\n) STRICT", "cascade"},
		{") STRICT;", ");", "STRICT"},
		{"TABLE bank_setting", "TABLE setting", "word of its room"},
		{"balance BIGINT", "balance NUMERIC", "schema words"},
		{"updated BIGINT", "updated TIMESTAMPTZ", "schema words"},
		{"  commons_id UUID NOT NULL,\n", "", "first column"},
		{"NOT NULL PRIMARY KEY", "NOT NULL", "no primary key"},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		if text == good {
			t.Fatalf("%q is not in the schema", c.from)
		}
		if got := strings.Join(lintSchema("bank", text), "\n"); !strings.Contains(got, c.complaint) {
			t.Errorf("%q: %q; want a word about %q", c.to, got, c.complaint)
		}
	}
}

func TestLintStatement(t *testing.T) {
	for text, complaint := range map[string]string{
		`SELECT id FROM bank_account WHERE commons_id = $1`:                       "",
		`SELECT id FROM bank_account WHERE id = $1`:                               "does not name commons_id",
		`SELECT id FROM bank_account WHERE commons_id = $2`:                       "to $1",
		`SELECT * FROM bank_account WHERE commons_id = $1`:                        "name the columns",
		`SELECT a.* FROM bank_account a WHERE commons_id = $1`:                    "name the columns",
		`SELECT CAST(count(*) AS BIGINT) FROM bank_account WHERE commons_id = $1`: "",
		`SELECT id FROM bank_account WHERE commons_id = $1 FOR UPDATE`:            "lane's business",
		`SELECT id::text FROM bank_account WHERE commons_id = $1`:                 "CAST",
		`DELETE FROM bank_account WHERE commons_id = $1 AND at < now()`:           "come from the act",
	} {
		got := strings.Join(lintStatement(text), "\n")
		if complaint == "" && got != "" || !strings.Contains(got, complaint) {
			t.Errorf("%s: %q; want %q", text, got, complaint)
		}
	}
}
