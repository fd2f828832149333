-- What was last counted of a large broadcast: its page waits for no count.
CREATE TABLE broadcast_tallies (
    broadcast_id TEXT PRIMARY KEY,
    counted_at   BIGINT NOT NULL,
    -- How long counting took, in microseconds.
    took         BIGINT NOT NULL,
    progress     TEXT NOT NULL
);
