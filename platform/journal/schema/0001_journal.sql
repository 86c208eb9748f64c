-- One canonical line per act; seq counts from 0 without a gap.
CREATE TABLE journal_entry (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 0),
  record TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq)
) STRICT;

-- What a commitment in an entry stands for. Erasing deletes the row.
CREATE TABLE journal_sealed (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  field TEXT NOT NULL,
  salt BLOB NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq, field)
) STRICT;

-- Content too large for an entry, by its SHA-256 in lower-case hexadecimal.
CREATE TABLE journal_blob (
  commons_id UUID NOT NULL,
  digest TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (commons_id, digest)
) STRICT;

-- Full tiles only: 256 hashes of level 8*level, and the hash over them.
CREATE TABLE journal_tile (
  commons_id UUID NOT NULL,
  level BIGINT NOT NULL,
  n BIGINT NOT NULL,
  root BLOB NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (commons_id, level, n)
) STRICT;

-- The tree over all durable entries.
CREATE TABLE journal_head (
  commons_id UUID NOT NULL,
  size BIGINT NOT NULL,
  root BLOB NOT NULL,
  PRIMARY KEY (commons_id)
) STRICT;

-- The last head that was signed, and the note that was given out for it.
CREATE TABLE journal_checkpoint (
  commons_id UUID NOT NULL,
  size BIGINT NOT NULL,
  root BLOB NOT NULL,
  vkey TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (commons_id)
) STRICT;

-- The keys the log announced, by the entry that announced them.
CREATE TABLE journal_key (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  vkey TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq)
) STRICT;
