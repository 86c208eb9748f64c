CREATE TABLE journal_entry (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq)
) STRICT;

CREATE TABLE journal_sealed (
  commons_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  field TEXT NOT NULL,
  salt BLOB NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, seq, field)
) STRICT;
