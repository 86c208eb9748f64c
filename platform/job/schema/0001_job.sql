CREATE TABLE job_run (
	commons_id UUID NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	started_by UUID NOT NULL,
	args TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'canceled')),
	done BIGINT NOT NULL CHECK (done >= 0),
	total BIGINT NOT NULL CHECK (total >= 0),
	message TEXT NOT NULL,
	saved TEXT NOT NULL,
	report TEXT NOT NULL,
	cancel BOOLEAN NOT NULL,
	worker UUID,
	beats BIGINT NOT NULL CHECK (beats >= 0),
	created BIGINT NOT NULL,
	finished BIGINT,
	CHECK ((finished IS NULL) = (state IN ('waiting', 'running'))),
	PRIMARY KEY (commons_id, id)
) STRICT;

CREATE INDEX job_open ON job_run (commons_id, id) WHERE finished IS NULL;
