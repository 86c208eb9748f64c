-- Currencies: the specification of each in the ledger, and its rules (content: JSON of Currency).
CREATE TABLE credit_currency (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  unit TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, unit)
) STRICT;

-- Accounts: what acts hold in memory and rewrite beside the record of the ledger that has the balance. Amounts are
-- millionths. outgoing and incoming are reserved; no ceiling is NULL (content: JSON of AccountTerms).
CREATE TABLE credit_account (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  currency UUID NOT NULL,
  agent UUID NOT NULL,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  floor BIGINT NOT NULL CHECK (floor <= 0),
  ceiling BIGINT CHECK (ceiling >= 0),
  outgoing BIGINT NOT NULL CHECK (outgoing >= 0),
  incoming BIGINT NOT NULL CHECK (incoming >= 0),
  opened BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id),
  FOREIGN KEY (commons_id, currency) REFERENCES credit_currency (commons_id, id)
) STRICT;
CREATE INDEX credit_account_by_agent ON credit_account (commons_id, agent, currency, id);
CREATE INDEX credit_account_by_currency ON credit_account (commons_id, currency, id);

-- Payments as they were made, and the state they are in (legs: JSON). seq is the journal entry that made it.
CREATE TABLE credit_payment (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  seq BIGINT NOT NULL,
  currency UUID NOT NULL,
  workflow TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  until BIGINT,
  due BIGINT, -- when the clock looks at it: at the end of its waiting, or when its payer's terms pay it
  author UUID,
  reverses UUID,
  legs TEXT NOT NULL,
  more TEXT, -- JSON: category, proposal and what else few payments have
  note TEXT,
  private BOOLEAN NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX credit_payment_waiting ON credit_payment (commons_id, due, id) WHERE state = 'pending';
CREATE INDEX credit_payment_refunds ON credit_payment (commons_id, reverses) WHERE reverses IS NOT NULL;

-- The accounts of payments that wait, so that each side finds what waits for it.
CREATE TABLE credit_waiting (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  payment UUID NOT NULL,
  net BIGINT NOT NULL, -- below zero: the account pays
  PRIMARY KEY (commons_id, account, payment)
) STRICT;

-- What was posted, by account: each leg of a payment stands on two of them. seq and n are the journal entry that
-- posted it and its place there; amount is below zero on the side that pays.
CREATE TABLE credit_line (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  payment UUID NOT NULL,
  other UUID NOT NULL,
  amount BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, account, seq, n)
) STRICT, WITHOUT ROWID;

-- What became of payments that waited, and by whom.
CREATE TABLE credit_step (
  commons_id UUID NOT NULL,
  payment UUID NOT NULL,
  seq BIGINT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_agent UUID,
  reason TEXT,
  PRIMARY KEY (commons_id, payment, seq)
) STRICT;

-- Every band an account had: from when, by which policy, by whom and why (content: JSON of BandChange).
CREATE TABLE credit_band (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  floor BIGINT NOT NULL,
  ceiling BIGINT,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, account, seq)
) STRICT;

-- Who acts for an account beside its holder, so that they find it.
CREATE TABLE credit_delegate (
  commons_id UUID NOT NULL,
  agent UUID NOT NULL,
  account UUID NOT NULL,
  PRIMARY KEY (commons_id, agent, account)
) STRICT;
