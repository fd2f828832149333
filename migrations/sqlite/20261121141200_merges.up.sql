-- A recipient that was merged into another leads there for good.
ALTER TABLE recipients ADD COLUMN merged_into TEXT NOT NULL DEFAULT '';
CREATE INDEX recipients_merged ON recipients (merged_into, id) WHERE merged_into <> '';
