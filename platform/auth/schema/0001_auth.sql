-- People of the host. commons_id is the host's in every table but the last two.
CREATE TABLE auth_account (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  handle TEXT,              -- lower case; the name to sign in by
  email TEXT,               -- private, lower case, not verified, not unique
  name TEXT NOT NULL,       -- private outside the person's commons
  password TEXT NOT NULL,   -- PHC string of argon2id; empty: no password
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  admin BOOLEAN NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, handle)
) STRICT;
CREATE INDEX auth_account_email ON auth_account (commons_id, email);

-- Where to look for the memberships of an account; the member row says what is true.
CREATE TABLE auth_seat (
  commons_id UUID NOT NULL,
  account UUID NOT NULL,
  commons UUID NOT NULL,
  PRIMARY KEY (commons_id, account, commons),
  FOREIGN KEY (commons_id, account) REFERENCES auth_account (commons_id, id)
) STRICT;

CREATE TABLE auth_passkey (
  commons_id UUID NOT NULL,
  id BLOB NOT NULL,         -- credential id
  account UUID NOT NULL,
  label TEXT NOT NULL,
  credential TEXT NOT NULL, -- public key, counter and flags as JSON
  created BIGINT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  FOREIGN KEY (commons_id, account) REFERENCES auth_account (commons_id, id)
) STRICT;
CREATE INDEX auth_passkey_account ON auth_passkey (commons_id, account);

CREATE TABLE auth_session (
  commons_id UUID NOT NULL,
  hash BLOB NOT NULL,       -- SHA-256 of the secret in the cookie
  id UUID NOT NULL,
  account UUID NOT NULL,
  device TEXT NOT NULL,
  created BIGINT NOT NULL,
  seen BIGINT NOT NULL,     -- written at most once an hour
  expires BIGINT NOT NULL,
  PRIMARY KEY (commons_id, hash),
  FOREIGN KEY (commons_id, account) REFERENCES auth_account (commons_id, id)
) STRICT;
CREATE INDEX auth_session_account ON auth_session (commons_id, account);

CREATE TABLE auth_token (
  commons_id UUID NOT NULL,
  hash BLOB NOT NULL,       -- SHA-256 of the secret
  id UUID NOT NULL,
  account UUID NOT NULL,
  commons UUID NOT NULL,    -- the one commons it is good for
  label TEXT NOT NULL,
  scopes TEXT NOT NULL,     -- JSON list of capabilities; null: no limit
  created BIGINT NOT NULL,
  seen BIGINT NOT NULL,     -- last use, at most once an hour; 0: never
  expires BIGINT NOT NULL,
  PRIMARY KEY (commons_id, hash),
  FOREIGN KEY (commons_id, account) REFERENCES auth_account (commons_id, id)
) STRICT;
CREATE INDEX auth_token_account ON auth_token (commons_id, account);

-- Links that are good once: the first administrator's, and new passwords.
CREATE TABLE auth_link (
  commons_id UUID NOT NULL,
  hash BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('first', 'recovery')),
  account UUID,             -- whose password a recovery link replaces
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (commons_id, hash),
  FOREIGN KEY (commons_id, account) REFERENCES auth_account (commons_id, id)
) STRICT;

-- Passkey ceremonies that have begun.
CREATE TABLE auth_ceremony (
  commons_id UUID NOT NULL,
  hash BLOB NOT NULL,
  account UUID,             -- who adds a passkey; null when signing in
  data TEXT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (commons_id, hash),
  FOREIGN KEY (commons_id, account) REFERENCES auth_account (commons_id, id)
) STRICT;

-- Failed attempts to sign in, by the SHA-256 of the name that was typed, whether somebody has it or not.
CREATE TABLE auth_failure (
  commons_id UUID NOT NULL,
  subject BLOB NOT NULL,
  failures BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, subject)
) STRICT;

-- Uses of sessions and tokens on their way into "seen".
CREATE TABLE auth_seen (
  commons_id UUID NOT NULL,
  hash BLOB NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (commons_id, hash)
) STRICT;

-- Memberships, in the lane of their commons.
CREATE TABLE auth_member (
  commons_id UUID NOT NULL,
  agent UUID NOT NULL,
  account UUID,             -- null once the person was erased
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('member', 'steward')),
  joined BIGINT NOT NULL,
  ended BIGINT NOT NULL,    -- 0: belongs to the commons
  PRIMARY KEY (commons_id, agent),
  UNIQUE (commons_id, account)
) STRICT;

CREATE TABLE auth_invite (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  hash BLOB NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('member', 'steward')),
  note TEXT NOT NULL,       -- for the stewards: whom it is for
  uses BIGINT NOT NULL CHECK (uses >= 0), -- still left
  made_by UUID,             -- agent; null: the host's operator
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (commons_id, id),
  UNIQUE (commons_id, hash)
) STRICT;
