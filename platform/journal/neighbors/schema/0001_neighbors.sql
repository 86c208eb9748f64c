-- The logs of others that this host witnesses, and the last head it cosigned of
-- each. A row outlives the trust: without it a fork could be cosigned later.
CREATE TABLE neighbors_log (
  commons_id UUID NOT NULL,
  origin TEXT NOT NULL,
  name TEXT NOT NULL,       -- as this host calls it
  keys TEXT NOT NULL,       -- JSON list of vkeys; empty: not trusted any more
  size BIGINT NOT NULL CHECK (size >= 0),
  root BLOB NOT NULL,
  note TEXT NOT NULL,       -- the signed checkpoint; empty: none yet
  at BIGINT NOT NULL,       -- when it was cosigned; 0: never
  PRIMARY KEY (commons_id, origin)
) STRICT;

-- Who cosigns the log of a commons, and how many are enough (C2SP tlog-policy).
CREATE TABLE neighbors_policy (
  commons_id UUID NOT NULL,
  policy TEXT NOT NULL,
  PRIMARY KEY (commons_id)
) STRICT;

-- Heads of the commons' log that at least one neighbor cosigned.
CREATE TABLE neighbors_head (
  commons_id UUID NOT NULL,
  size BIGINT NOT NULL,
  vkey TEXT NOT NULL,       -- that signed it
  note TEXT NOT NULL,
  PRIMARY KEY (commons_id, size)
) STRICT;
CREATE TABLE neighbors_cosignature (
  commons_id UUID NOT NULL,
  size BIGINT NOT NULL,
  witness TEXT NOT NULL,    -- vkey
  line TEXT NOT NULL,       -- as it stands in the note
  at BIGINT NOT NULL,       -- when the witness saw the head
  PRIMARY KEY (commons_id, size, witness)
) STRICT;

-- How it went when a neighbor was asked last.
CREATE TABLE neighbors_asked (
  commons_id UUID NOT NULL,
  witness TEXT NOT NULL,    -- vkey
  held BIGINT NOT NULL,     -- size of the head that it holds, as far as known
  tries BIGINT NOT NULL,    -- in vain since it last cosigned
  next BIGINT NOT NULL,     -- not to be asked before
  problem TEXT NOT NULL,    -- empty: none
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, witness)
) STRICT;
