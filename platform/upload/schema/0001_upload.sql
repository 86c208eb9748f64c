-- Files that wait for somebody's decision (content: JSON of the room that keeps them), in pieces; deleted when they are done with, or a week old.
-- run: the work that reads the file; leaves: the file goes when that has ended, however it ends.
CREATE TABLE upload_file (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  room TEXT NOT NULL,
  at BIGINT NOT NULL,
  by UUID NOT NULL,
  size BIGINT NOT NULL,
  content TEXT NOT NULL,
  run UUID,
  leaves BOOLEAN NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE upload_piece (
  commons_id UUID NOT NULL,
  upload UUID NOT NULL,
  n BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (commons_id, upload, n)
) STRICT;
