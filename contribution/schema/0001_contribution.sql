-- What a commons accepts as a contribution, and how it is validated (content: JSON of Kind).
CREATE TABLE contribution_kind (
  commons_id UUID NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, kind)
) STRICT;

-- Projects: the agent of each, and the process that takes work no other process is named for.
CREATE TABLE contribution_project (
  commons_id UUID NOT NULL,
  project UUID NOT NULL,
  process UUID NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, project)
) STRICT;

-- One row a contribution, never changed: (seq, n) is the journal entry that logged it and the place inside that
-- entry; state is the state it was logged in. Later states are in contribution_decision.
CREATE TABLE contribution_entry (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  event UUID NOT NULL,
  kind TEXT NOT NULL,
  person UUID NOT NULL,
  project UUID NOT NULL,
  process UUID,
  at BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  unit TEXT NOT NULL,
  rate BIGINT,
  value BIGINT,
  state BIGINT NOT NULL,
  logged_by UUID NOT NULL,
  deliverable TEXT,
  corrects TEXT,
  evidence TEXT,
  note TEXT,
  PRIMARY KEY (commons_id, seq, n)
) STRICT;

-- Every change of a contribution's state after it was logged.
CREATE TABLE contribution_decision (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  entry_seq BIGINT NOT NULL,
  entry_n BIGINT NOT NULL,
  verdict TEXT NOT NULL,
  state BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by UUID,
  reason TEXT,
  PRIMARY KEY (commons_id, seq, n)
) STRICT;
CREATE INDEX contribution_decision_entry ON contribution_decision (commons_id, entry_seq, entry_n);

-- How much a person logged of a kind in a month, kept only for kinds with a personal maximum.
CREATE TABLE contribution_tally (
  commons_id UUID NOT NULL,
  person UUID NOT NULL,
  kind TEXT NOT NULL,
  month TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (commons_id, person, kind, month)
) STRICT;

-- Blocks of columns: a cache of contribution_entry for cold starts; may be emptied at any time.
CREATE TABLE contribution_block (
  commons_id UUID NOT NULL,
  n BIGINT NOT NULL,
  through_seq BIGINT NOT NULL,
  through_n BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (commons_id, n)
) STRICT;

-- What was imported, one row a chunk (a journal entry): the keys of its records (16 bytes each), so that nothing
-- enters twice, where each was read (one line a record), and the batch it belongs to. Taking a batch back empties the keys.
CREATE TABLE contribution_import (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  batch UUID NOT NULL,
  rows BIGINT NOT NULL,
  keys BLOB NOT NULL,
  origins TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq)
) STRICT;
-- Batches: what one file or repository brought, and whether it was taken back (content: JSON of Batch).
CREATE TABLE contribution_batch (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  at BIGINT NOT NULL,
  by UUID NOT NULL,
  state TEXT NOT NULL,
  rows BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
-- Marks of evaluations in other systems, each about a contribution that was imported before (content: JSON as it came).
CREATE TABLE contribution_mark (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  batch UUID NOT NULL,
  rater UUID NOT NULL,
  entry_seq BIGINT NOT NULL,
  entry_n BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq, n)
) STRICT;
CREATE INDEX contribution_mark_entry ON contribution_mark (commons_id, entry_seq, entry_n);
-- What people were paid in other systems: history, owed to nobody. sort is pay, or transfer for what one person passed
-- on to another; ended is the journal entry that took it back, or 0.
CREATE TABLE contribution_paid_before (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  batch UUID NOT NULL,
  sort TEXT NOT NULL,
  person UUID NOT NULL,
  at BIGINT NOT NULL,
  unit TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount >= 0),
  ended BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq, n)
) STRICT;
CREATE INDEX contribution_paid_before_person ON contribution_paid_before (commons_id, person, at);
-- What stewards decided about imports and wish to keep: who an identity of a source is ("identity:…"), templates ("template:…").
CREATE TABLE contribution_mapping (
  commons_id UUID NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, name)
) STRICT;

-- A running timer, one a person; and contributions that recur.
CREATE TABLE contribution_timer (
  commons_id UUID NOT NULL,
  person UUID NOT NULL,
  started BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, person)
) STRICT;
CREATE TABLE contribution_recurring (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  person UUID NOT NULL,
  next BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;

-- Evaluation rounds: the round, its panel answers, and what came out per contribution. A rating of den 0 takes an
-- earlier one back.
CREATE TABLE contribution_round (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  state TEXT NOT NULL,
  opens BIGINT NOT NULL,
  closes BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE contribution_answer (
  commons_id UUID NOT NULL,
  round UUID NOT NULL,
  rater UUID NOT NULL,
  item TEXT NOT NULL,
  at BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, round, rater, item)
) STRICT;
CREATE TABLE contribution_rating (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  round UUID NOT NULL,
  entry_seq BIGINT NOT NULL,
  entry_n BIGINT NOT NULL,
  num BIGINT NOT NULL,
  den BIGINT NOT NULL CHECK (den >= 0),
  PRIMARY KEY (commons_id, seq, n)
) STRICT;
CREATE TABLE contribution_karma (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  person UUID NOT NULL,
  domain TEXT NOT NULL,
  amount BIGINT NOT NULL,
  at BIGINT NOT NULL,
  cause TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq, n)
) STRICT;

-- Value equations: every version, with its canonical text.
CREATE TABLE contribution_equation (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  hash TEXT NOT NULL,
  at BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id, version)
) STRICT;

-- Income, and the lines taken off it before any split (fees, taxes, tips).
CREATE TABLE contribution_income (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  event UUID NOT NULL,
  kind TEXT NOT NULL,
  project UUID NOT NULL,
  reference TEXT,
  at BIGINT NOT NULL,
  unit TEXT NOT NULL,
  gross BIGINT NOT NULL CHECK (gross >= 0),
  net BIGINT NOT NULL CHECK (net >= 0),
  used BIGINT NOT NULL CHECK (used >= 0 AND used <= net),
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;

-- Distributions: the act, its lines per bucket and person, and what each contribution was paid (blocks).
CREATE TABLE contribution_distribution (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  equation UUID NOT NULL,
  version BIGINT NOT NULL,
  unit TEXT NOT NULL,
  pot BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  residue BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id),
  CHECK (paid + residue = pot)
) STRICT;
CREATE TABLE contribution_line (
  commons_id UUID NOT NULL,
  distribution UUID NOT NULL,
  bucket BIGINT NOT NULL,
  receiver UUID NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  unit TEXT NOT NULL,
  event UUID,
  PRIMARY KEY (commons_id, distribution, bucket, receiver, kind)
) STRICT;
CREATE INDEX contribution_line_receiver ON contribution_line (commons_id, receiver, at);
CREATE TABLE contribution_payment (
  commons_id UUID NOT NULL,
  distribution UUID NOT NULL,
  n BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (commons_id, distribution, n)
) STRICT;

-- Who left, in which way, and whether their slices were bought back (content: JSON of Exit).
CREATE TABLE contribution_exit (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  seq BIGINT NOT NULL,
  person UUID NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;

-- The account that holds what is owed to an agent, per unit.
CREATE TABLE contribution_account (
  commons_id UUID NOT NULL,
  agent UUID NOT NULL,
  unit TEXT NOT NULL,
  resource UUID NOT NULL,
  PRIMARY KEY (commons_id, agent, unit)
) STRICT;

-- What a commons decided for the practice as a whole, by name: the half-lives of karma, the scales of its rounds.
CREATE TABLE contribution_setting (
  commons_id UUID NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, name)
) STRICT;

-- Files of evidence under the SHA-256 of their bytes.
CREATE TABLE contribution_file (
  commons_id UUID NOT NULL,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size BIGINT NOT NULL CHECK (size > 0),
  person UUID NOT NULL,
  at BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (commons_id, hash)
) STRICT;
CREATE INDEX contribution_file_person ON contribution_file (commons_id, person, at);

-- Up to when a person has seen what distributions paid them.
CREATE TABLE contribution_seen (
  commons_id UUID NOT NULL,
  person UUID NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, person)
) STRICT;
