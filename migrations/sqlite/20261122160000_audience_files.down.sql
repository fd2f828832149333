DROP TABLE import_rows;
DROP INDEX imports_open;
DELETE FROM imports WHERE purpose <> 'recipients';
ALTER TABLE imports DROP COLUMN errand;
ALTER TABLE imports DROP COLUMN strangers;
ALTER TABLE imports DROP COLUMN format;
ALTER TABLE imports DROP COLUMN purpose;
CREATE INDEX imports_open ON imports (lease_until) WHERE state IN ('checking', 'running');
