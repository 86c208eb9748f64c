-- What members owe each other (content: JSON of Obligation). round is the clearing round that holds it.
CREATE TABLE credit_obligation (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  unit TEXT NOT NULL,
  debtor UUID NOT NULL,
  creditor UUID NOT NULL,
  state TEXT NOT NULL,
  open BIGINT NOT NULL CHECK (open >= 0),
  at BIGINT NOT NULL,
  claim UUID,
  round UUID,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX credit_obligation_by_debtor ON credit_obligation (commons_id, debtor, id);
CREATE INDEX credit_obligation_by_creditor ON credit_obligation (commons_id, creditor, id);
CREATE INDEX credit_obligation_open ON credit_obligation (commons_id, unit, id) WHERE state = 'open';
CREATE INDEX credit_obligation_proposed ON credit_obligation (commons_id, at, id) WHERE state = 'proposed';
CREATE INDEX credit_obligation_by_claim ON credit_obligation (commons_id, claim) WHERE claim IS NOT NULL;

-- Clearing rounds (content: JSON of Round, sheet of Sheet, outcome of Outcome). run is the long work that solves it.
CREATE TABLE credit_round (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  unit TEXT NOT NULL,
  state TEXT NOT NULL,
  until BIGINT,
  run UUID,
  seq BIGINT NOT NULL,
  content TEXT NOT NULL,
  sheet TEXT NOT NULL,
  outcome TEXT,
  PRIMARY KEY (commons_id, id)
) STRICT;

-- What parties keep out of a round (content: JSON of Hold).
CREATE TABLE credit_withheld (
  commons_id UUID NOT NULL,
  round UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, round, seq, n)
) STRICT;
