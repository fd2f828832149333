-- Segments: names for rules about recipients, and what their rules look through.
CREATE TABLE segments (
    key         TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    rule        TEXT NOT NULL,
    -- How many fitted when they were last counted, and when that was.
    members     BIGINT NOT NULL DEFAULT 0,
    counted_at  BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

-- A recipient's data as rules look into it. What jsonb cannot hold, such as
-- \u0000, must not keep a recipient from being stored: no rule finds it.
CREATE FUNCTION attributes_of(data TEXT) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF left(data, 1) <> '{' OR position('\u0000' IN data) > 0 THEN
        RETURN '{}';
    END IF;
    RETURN data::jsonb;
EXCEPTION WHEN OTHERS THEN
    RETURN '{}';
END $$;
ALTER TABLE recipients ADD COLUMN attributes JSONB NOT NULL GENERATED ALWAYS AS (attributes_of(data)) STORED;
CREATE INDEX recipients_attributes ON recipients USING gin (attributes jsonb_path_ops);

-- What people did with messages, by what and when. State changes, which every
-- message writes, never enter it.
CREATE INDEX message_events_engaged ON message_events (kind, at, message_id)
    WHERE kind IN ('seen', 'read', 'opened', 'clicked');

-- Which events named a list of people; an event that names none never enters it.
CREATE INDEX events_to_lists ON events (id) WHERE position('"segment":' IN targets) > 0 OR position('"group":' IN targets) > 0;
