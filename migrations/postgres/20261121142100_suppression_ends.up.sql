-- Suppressions that end by themselves. One that has ended moves out of the table
-- that is asked about every message, and can still be looked up.
ALTER TABLE suppressions ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX suppressions_ending ON suppressions (expires_at) WHERE expires_at > 0;
CREATE TABLE ended_suppressions (
    id           TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    address_key  TEXT NOT NULL
);
CREATE INDEX ended_suppressions_address ON ended_suppressions (channel, address_key);

-- Rules that look at nothing of a recipient but the id count without the rows.
CREATE INDEX recipients_alive ON recipients (id) WHERE erased_at = 0;
