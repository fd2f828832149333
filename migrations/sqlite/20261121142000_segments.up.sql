-- Segments: names for rules about recipients, and what their rules look through.
CREATE TABLE segments (
    key         TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    rule        TEXT NOT NULL,
    -- How many fitted when they were last counted, and when that was.
    members     INTEGER NOT NULL DEFAULT 0,
    counted_at  INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);

-- A recipient's data as rules look into it, the same as on PostgreSQL.
ALTER TABLE recipients ADD COLUMN attributes TEXT GENERATED ALWAYS AS (
    CASE WHEN json_valid(data) AND substr(data, 1, 1) = '{' AND instr(data, '\u0000') = 0 THEN data ELSE '{}' END) VIRTUAL;

-- What people did with messages, by what and when. State changes, which every
-- message writes, never enter it.
CREATE INDEX message_events_engaged ON message_events (kind, at, message_id)
    WHERE kind IN ('seen', 'read', 'opened', 'clicked');

-- Which events named a list of people; an event that names none never enters it.
CREATE INDEX events_to_lists ON events (id) WHERE instr(targets, '"segment":') > 0 OR instr(targets, '"group":') > 0;
