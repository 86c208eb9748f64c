-- Accounts that were made to be admitted to a commons, until a sweep finds
-- that they were. The account and the membership are two acts, in two lanes:
-- of an account whose commons never admitted it nothing may stay.
CREATE TABLE auth_pending (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  commons UUID NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (commons_id, account)
) STRICT;
