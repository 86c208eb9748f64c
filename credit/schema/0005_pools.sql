-- Pools of capital: the rules and where each stands (content: JSON of Pooled), by the account that holds what is in it.
CREATE TABLE credit_pool (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  account UUID NOT NULL,
  ended BOOLEAN NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, account)
) STRICT;

-- What was done in each pool, in order (content: JSON of PoolStep). n counts from 1.
CREATE TABLE credit_pool_step (
  commons_id UUID NOT NULL,
  pool UUID NOT NULL,
  n BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  by_agent UUID,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, pool, n)
) STRICT;
CREATE INDEX credit_pool_step_by_agent ON credit_pool_step (commons_id, by_agent);
