ALTER TABLE integrations ADD COLUMN per_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE integrations ADD COLUMN categories TEXT NOT NULL DEFAULT '';
ALTER TABLE integrations ADD COLUMN countries TEXT NOT NULL DEFAULT '';
ALTER TABLE integrations ADD COLUMN receipt_within INTEGER NOT NULL DEFAULT 0;

-- How many calls of an integration a day has seen, for its daily limit.
CREATE TABLE integration_days (
    integration_id TEXT NOT NULL,
    day            TEXT NOT NULL,
    taken          INTEGER NOT NULL,
    PRIMARY KEY (integration_id, day)
);
