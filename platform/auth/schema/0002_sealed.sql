-- Where the journal holds private texts about a member, so that an erasure finds them.
CREATE TABLE auth_sealed (
  commons_id UUID NOT NULL,
  agent UUID NOT NULL,
  seq BIGINT NOT NULL,
  field TEXT NOT NULL,
  PRIMARY KEY (commons_id, agent, seq, field),
  FOREIGN KEY (commons_id, agent) REFERENCES auth_member (commons_id, agent)
) STRICT;
