-- A file may also be whom a broadcast is for, with what is said to each: its rows
-- are kept beside the people instead of becoming what is known of them.
ALTER TABLE imports ADD COLUMN purpose TEXT NOT NULL DEFAULT 'recipients';
ALTER TABLE imports ADD COLUMN format TEXT NOT NULL DEFAULT 'csv';
-- What becomes of ids that nobody has: refuse or create.
ALTER TABLE imports ADD COLUMN strangers TEXT NOT NULL DEFAULT '';
-- What it goes on to by itself when its rows are stored; empty when a person does.
ALTER TABLE imports ADD COLUMN errand TEXT NOT NULL DEFAULT '';
DROP INDEX imports_open;
CREATE INDEX imports_open ON imports (lease_until) WHERE state IN ('checking', 'running', 'closing');

CREATE TABLE import_rows (
    import_id    TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    line         INTEGER NOT NULL,
    -- What is said to this one alone, laid over what is said to all.
    data         TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (import_id, recipient_id)
);
CREATE INDEX import_rows_line ON import_rows (import_id, line);
CREATE INDEX import_rows_recipient ON import_rows (recipient_id);
