-- Payments that people make at a later time, or again and again (content: JSON of Schedule). next is when the clock
-- looks at it: the largest number for never.
CREATE TABLE credit_schedule (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  person UUID NOT NULL,
  next BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE INDEX credit_schedule_due ON credit_schedule (commons_id, next);

-- What became of each time: the payment, or why there was none (refused: JSON of the refusal).
CREATE TABLE credit_schedule_time (
  commons_id UUID NOT NULL,
  schedule UUID NOT NULL,
  at BIGINT NOT NULL,
  payment UUID,
  refused TEXT,
  PRIMARY KEY (commons_id, schedule, at)
) STRICT;
