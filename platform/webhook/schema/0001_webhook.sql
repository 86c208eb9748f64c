CREATE TABLE webhook_hook (
	commons_id UUID NOT NULL,
	id UUID NOT NULL,
	url TEXT NOT NULL,
	acts TEXT NOT NULL,
	secret TEXT NOT NULL,
	former TEXT NOT NULL,
	former_until BIGINT NOT NULL,
	created BIGINT NOT NULL,
	cursor BIGINT NOT NULL CHECK (cursor >= 0),
	tries BIGINT NOT NULL CHECK (tries >= 0),
	due BIGINT NOT NULL,
	resting BOOLEAN NOT NULL,
	PRIMARY KEY (commons_id, id)
) STRICT;

CREATE TABLE webhook_attempt (
	commons_id UUID NOT NULL,
	hook UUID NOT NULL,
	at BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	act TEXT NOT NULL,
	status BIGINT NOT NULL,
	why TEXT NOT NULL,
	PRIMARY KEY (commons_id, hook, at, seq)
) STRICT;
