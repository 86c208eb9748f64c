-- Communities that this commons trades with (content: JSON of Neighbor).
CREATE TABLE credit_neighbor (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  address TEXT NOT NULL,
  currency UUID NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, address),
  FOREIGN KEY (commons_id, currency) REFERENCES credit_currency (commons_id, id)
) STRICT;

-- Both chains of messages with a neighbor: how far each came. acked is the last of ours that they have.
CREATE TABLE credit_chain (
  commons_id UUID NOT NULL,
  neighbor UUID NOT NULL,
  in_seq BIGINT NOT NULL,
  in_hash TEXT NOT NULL,
  in_key TEXT NOT NULL,
  out_seq BIGINT NOT NULL,
  out_hash TEXT NOT NULL,
  acked BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  next BIGINT NOT NULL,
  problem TEXT NOT NULL, -- a code, of the last try or of what they sent; empty: none
  PRIMARY KEY (commons_id, neighbor)
) STRICT;

-- What we said to a neighbor, and what we heard of it, as it was signed.
CREATE TABLE credit_message (
  commons_id UUID NOT NULL,
  neighbor UUID NOT NULL,
  ours BOOLEAN NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  message TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (commons_id, neighbor, ours, seq)
) STRICT;

-- Payments between communities that came through here (content: JSON of Transfer).
CREATE TABLE credit_transfer (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  out_state TEXT NOT NULL,
  until BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX credit_transfer_due ON credit_transfer (commons_id, until, id) WHERE out_state = 'reserved';

-- The key that the commons signs with; not in the log, not in exports.
CREATE TABLE credit_key (
  commons_id UUID NOT NULL,
  seed TEXT NOT NULL,
  PRIMARY KEY (commons_id)
) STRICT;
