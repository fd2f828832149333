-- How many receipts of an integration were due in a minute, and how many had not
-- come: those that are late take weight from it in all processes.
CREATE TABLE receipt_counts (
    integration_id TEXT NOT NULL,
    minute         INTEGER NOT NULL,
    due            INTEGER NOT NULL,
    missing        INTEGER NOT NULL,
    PRIMARY KEY (integration_id, minute)
);
