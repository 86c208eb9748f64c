-- Accounts at banks whose statements were brought (content: JSON of Account).
CREATE TABLE bank_account (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  number TEXT NOT NULL,
  unit TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, number, unit)
) STRICT;
-- Files that were brought: statements and journals (content: JSON of Batch).
CREATE TABLE bank_batch (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  at BIGINT NOT NULL,
  by UUID NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('standing', 'reversed')),
  records BIGINT NOT NULL CHECK (records >= 0),
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
-- What each act of a batch brought (seq: its entry of the log; events: JSON list, of journals only).
CREATE TABLE bank_chunk (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  batch UUID NOT NULL,
  records BIGINT NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq)
) STRICT;
CREATE INDEX bank_chunk_batch ON bank_chunk (commons_id, batch, seq);
-- Lines of statements (content: JSON of intake.Line; party: the account of the other side; seq: the entry of the log that brought it).
CREATE TABLE bank_line (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  account UUID NOT NULL,
  seq BIGINT NOT NULL,
  day TEXT NOT NULL,
  unit TEXT NOT NULL,
  micros BIGINT NOT NULL,
  fingerprint UUID NOT NULL,
  party TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'ignored')),
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX bank_line_known ON bank_line (commons_id, fingerprint);
CREATE INDEX bank_line_state ON bank_line (commons_id, state, day, id);
CREATE INDEX bank_line_chunk ON bank_line (commons_id, seq);
-- What lines turned out to be (seq: the entry of the log that says so; agent: the other side, where it is one; content: JSON of Outcome).
CREATE TABLE bank_outcome (
  commons_id UUID NOT NULL,
  line UUID NOT NULL,
  seq BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('settled', 'ignored')),
  agent UUID,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, line)
) STRICT;
CREATE INDEX bank_outcome_seq ON bank_outcome (commons_id, seq);
-- Which line stands behind an event.
CREATE TABLE bank_evidence (
  commons_id UUID NOT NULL,
  event UUID NOT NULL,
  line UUID NOT NULL,
  PRIMARY KEY (commons_id, event)
) STRICT;
-- Rules that say what lines like one are (content: JSON of Rule).
CREATE TABLE bank_rule (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
-- Entries of journals that are in, by a hash of what they say (n: of those that say the same, from 1).
CREATE TABLE bank_entry (
  commons_id UUID NOT NULL,
  key UUID NOT NULL,
  n BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (commons_id, key, n)
) STRICT;
CREATE INDEX bank_entry_chunk ON bank_entry (commons_id, seq);
-- How files were read, to be read so again: the columns of a table by its header, the accounts of a journal by their names.
CREATE TABLE bank_habit (
  commons_id UUID NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, name)
) STRICT;
