-- Rare rows are found by an index that common rows never enter: a message that
-- goes well writes none of these.

CREATE INDEX messages_error ON messages (error_code, id) WHERE error_code <> '';
CREATE INDEX messages_skipped ON messages (skip_reason, id) WHERE skip_reason <> '';
CREATE INDEX messages_tenant ON messages (tenant, id) WHERE tenant <> '';

-- An event that failed or was cancelled. Derived, so that the index knows nothing
-- of the status, which changes with every event.
ALTER TABLE events ADD COLUMN stopped BOOLEAN NOT NULL GENERATED ALWAYS AS (status IN ('failed', 'cancelled')) STORED;
CREATE INDEX events_stopped ON events (id) WHERE stopped;
