-- What somebody chose, as rules look into it: read once when it is stored instead of
-- once for each question. A document that jsonb cannot hold chooses nothing there.
ALTER TABLE preferences ADD COLUMN choices JSONB NOT NULL GENERATED ALWAYS AS (attributes_of(document)) STORED;

-- Who fits a rule is counted in lots. Without this the planner takes each recipient for
-- a lot of its own, and lets one process alone count them.
CREATE STATISTICS recipients_lots ON (hashtext(id) & 255) FROM recipients;
ANALYZE recipients, preferences;
