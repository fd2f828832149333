-- The open state of events and messages leaves their indexes: a claim and a
-- result then change columns that no index knows, and stay on their page.

-- What is not final, in lists of ids, and when to look whether somebody still
-- looks after them. Whoever makes a row open, or puts off its time, adds it to a
-- list; nobody has to take it off: the next look drops what has ended.
CREATE TABLE watch (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       TEXT NOT NULL,
    -- The time before which nothing in the list can be due.
    not_before BIGINT NOT NULL DEFAULT 0,
    look_at    BIGINT NOT NULL,
    sweeps     INTEGER NOT NULL DEFAULT 0,
    ids        TEXT NOT NULL
);
CREATE INDEX watch_due ON watch (kind, look_at);

INSERT INTO watch (kind, not_before, look_at, ids)
    SELECT 'message', due_at, CASE WHEN status = 'sending' THEN lease_until ELSE GREATEST(due_at, lease_until) END, '["' || id || '"]'
    FROM messages WHERE status IN ('held', 'queued', 'sending') ORDER BY id;
INSERT INTO watch (kind, not_before, look_at, ids)
    SELECT 'event', send_at, GREATEST(send_at, lease_until), '["' || id || '"]'
    FROM events WHERE status IN ('held', 'accepted', 'dispatching') ORDER BY id;

DROP INDEX messages_unfinished;
DROP INDEX events_unfinished;

-- Nobody owns an event any more: who stores its messages first has dispatched it.
UPDATE events SET status = 'accepted' WHERE status = 'dispatching';
ALTER TABLE events DROP COLUMN worker;
ALTER TABLE events DROP COLUMN lease_until;
ALTER TABLE messages DROP COLUMN sweeps;
ALTER TABLE events DROP COLUMN sweeps;

-- Zero unless the message ended as a dead letter: it changes only then.
ALTER TABLE messages ADD COLUMN dead_at BIGINT NOT NULL DEFAULT 0;
UPDATE messages SET dead_at = GREATEST(created_at, 1) WHERE status IN ('failed', 'unknown');
DROP INDEX messages_ended_badly;
CREATE INDEX messages_dead ON messages (id) WHERE dead_at > 0;

-- Finds a message by the id its vendor gave it, for callbacks that carry no id
-- of ours and for searches.
CREATE TABLE provider_ids (
    provider_message_id TEXT NOT NULL,
    message_id          TEXT NOT NULL
);
CREATE INDEX provider_ids_by_id ON provider_ids (provider_message_id);
INSERT INTO provider_ids (provider_message_id, message_id)
    SELECT provider_message_id, id FROM messages WHERE provider_message_id <> '' ORDER BY id;
DROP INDEX messages_provider;

-- An attempt is its message's attempt number n: one index instead of two.
ALTER TABLE attempts DROP CONSTRAINT attempts_pkey;
DROP INDEX attempts_message;
CREATE INDEX attempts_message ON attempts (message_id, number);

-- The first row of a message says so itself, instead of a row of its own.
ALTER TABLE message_events ADD COLUMN first BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE message_events SET first = TRUE WHERE kind = 'created';
DROP INDEX message_events_created;
CREATE INDEX message_events_first ON message_events (at) WHERE first;

-- Room on the page for what a dispatch, a claim and a result write.
ALTER TABLE messages SET (fillfactor = 60);
ALTER TABLE events SET (fillfactor = 50);
ALTER TABLE attempts SET (fillfactor = 50);
