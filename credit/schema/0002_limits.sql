-- When accounts of members left their soft band, and on which side: below or above.
CREATE TABLE credit_warning (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  seq BIGINT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('below', 'above')),
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, account, seq)
) STRICT;

-- Decisions about bands that end by themselves.
CREATE TABLE credit_decision (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (commons_id, account)
) STRICT;

-- The last month's end that lines of a currency followed: the day on which the next month began.
CREATE TABLE credit_month (
  commons_id UUID NOT NULL,
  currency UUID NOT NULL,
  month TEXT NOT NULL,
  PRIMARY KEY (commons_id, currency)
) STRICT;
