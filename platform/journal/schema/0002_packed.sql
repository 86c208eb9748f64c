-- How the content is written down: NULL as it is, 'zstd' compressed (RFC 8878).
-- The digest is always that of the content itself.
ALTER TABLE journal_blob ADD COLUMN packed TEXT CHECK (packed = 'zstd');
