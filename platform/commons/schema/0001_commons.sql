-- The addresses of the host, in the lane of the host: which commons is where,
-- and a copy of what the front page shows. A row whose copy may be wrong says so.
CREATE TABLE commons_address (
  commons_id UUID NOT NULL,
  slug TEXT NOT NULL,
  commons UUID NOT NULL,
  name TEXT NOT NULL,
  statement TEXT NOT NULL,
  open_books BOOLEAN NOT NULL,
  stale BIGINT NOT NULL,    -- changes under way or interrupted; above 0: read the commons' own row
  changed BIGINT NOT NULL,  -- time of the change the copy shows
  created BIGINT NOT NULL,
  PRIMARY KEY (commons_id, slug),
  UNIQUE (commons_id, commons)
) STRICT;

-- What a commons says of itself, in its own lane.
CREATE TABLE commons_self (
  commons_id UUID NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  statement TEXT NOT NULL,
  agent UUID NOT NULL,      -- who it is in events
  currency TEXT NOT NULL,
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  open_books BOOLEAN NOT NULL,
  practices TEXT NOT NULL,  -- JSON list of words
  founded BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  PRIMARY KEY (commons_id)
) STRICT;
