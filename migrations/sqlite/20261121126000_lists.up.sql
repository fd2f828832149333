-- What lists filter and reports count by, in one narrow index each in the order
-- of the lists: a filter that matches little reads this instead of every row
-- with its content. New rows are added at its end.

CREATE INDEX messages_walk ON messages (id, status, created_at, workflow, template, category, source, channel, priority,
    integration, error_code, skip_reason, tenant, recipient_id, recipient_name);
CREATE INDEX events_walk ON events (id, status, created_at, type, source);

-- An event that failed or was cancelled.
ALTER TABLE events ADD COLUMN stopped BOOLEAN NOT NULL GENERATED ALWAYS AS (status IN ('failed', 'cancelled')) VIRTUAL;
CREATE INDEX events_stopped ON events (id) WHERE stopped;
