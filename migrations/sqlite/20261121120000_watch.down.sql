CREATE INDEX message_events_created ON message_events (at) WHERE kind = 'created';
DROP INDEX message_events_first;
INSERT INTO message_events (message_id, at, kind, channel, source)
    SELECT message_id, at, 'created', channel, source FROM message_events WHERE first AND kind <> 'created';
ALTER TABLE message_events DROP COLUMN first;


CREATE INDEX messages_provider ON messages (provider_message_id) WHERE provider_message_id <> '';
DROP TABLE provider_ids;

DROP INDEX messages_dead;
CREATE INDEX messages_ended_badly ON messages (id) WHERE status IN ('failed', 'unknown');
ALTER TABLE messages DROP COLUMN dead_at;

ALTER TABLE messages ADD COLUMN sweeps INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN worker TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN sweeps INTEGER NOT NULL DEFAULT 0;
CREATE INDEX messages_unfinished ON messages (status, lease_until) WHERE status IN ('held', 'queued', 'sending');
CREATE INDEX events_unfinished ON events (status, lease_until) WHERE status IN ('held', 'accepted', 'dispatching');
DROP TABLE watch;

