ALTER TABLE audit DROP COLUMN outcome;
DROP TABLE audit_announced;
