-- How many messages were removed after their time, by the quarter of an hour in
-- which they were made: the ledger and the progress of broadcasts still have them.
CREATE TABLE removed_messages (
    slot      BIGINT NOT NULL,
    channel   TEXT NOT NULL,
    source    TEXT NOT NULL,
    broadcast TEXT NOT NULL,
    status    TEXT NOT NULL,
    n         BIGINT NOT NULL,
    PRIMARY KEY (slot, channel, source, broadcast, status)
);
CREATE INDEX removed_messages_broadcast ON removed_messages (broadcast) WHERE broadcast <> '';

-- When the youngest of them was made.
CREATE TABLE retention (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    removed_until BIGINT NOT NULL
);
INSERT INTO retention (id, removed_until) VALUES (1, 0);
