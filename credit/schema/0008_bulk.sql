-- Payments that came together (content: JSON of the file's name and the fees that hold for the whole of it).
CREATE TABLE credit_batch (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  at BIGINT NOT NULL,
  by_agent UUID NOT NULL,
  state TEXT NOT NULL,
  together BOOLEAN NOT NULL,
  rows BIGINT NOT NULL,
  made BIGINT NOT NULL,
  total BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;

-- What became of each row, by act (outcomes: JSON list of BulkOutcome). first counts the rows of the batch before.
CREATE TABLE credit_batch_chunk (
  commons_id UUID NOT NULL,
  batch UUID NOT NULL,
  first BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  outcomes TEXT NOT NULL,
  PRIMARY KEY (commons_id, batch, first)
) STRICT;
