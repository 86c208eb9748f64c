-- Files that wait for somebody's decision (content: JSON of the room that keeps them), in pieces; deleted when they are done with, or a week old.
CREATE TABLE upload_file (
  commons_id UUID NOT NULL,
  id UUID NOT NULL,
  room TEXT NOT NULL,
  at BIGINT NOT NULL,
  by UUID NOT NULL,
  size BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (commons_id, id)
) STRICT;
CREATE TABLE upload_piece (
  commons_id UUID NOT NULL,
  upload UUID NOT NULL,
  n BIGINT NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (commons_id, upload, n)
) STRICT;
