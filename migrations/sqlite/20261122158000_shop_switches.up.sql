-- How each service of the sample shop behaves until somebody changes it.
CREATE TABLE shop_switches (
    service    TEXT PRIMARY KEY,
    fault      TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
);
-- What is true only once a saga has completed waits in the box until then.
ALTER TABLE shop_letters ADD COLUMN after_saga TEXT NOT NULL DEFAULT '';
