DROP INDEX ended_suppressions_recipient;
DROP INDEX ended_suppressions_search;
ALTER TABLE ended_suppressions DROP COLUMN ended_why;
ALTER TABLE ended_suppressions DROP COLUMN ended_by;
ALTER TABLE ended_suppressions DROP COLUMN ended_how;
ALTER TABLE ended_suppressions DROP COLUMN ended_at;
ALTER TABLE ended_suppressions DROP COLUMN scope;
CREATE TABLE suppressions_old (
    id           TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    address_key  TEXT NOT NULL GENERATED ALWAYS AS (CASE WHEN channel = 'email' THEN lower(address) ELSE address END) STORED,
    expires_at   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (channel, address_key)
);
INSERT INTO suppressions_old (id, channel, address, reason, detail, recipient_id, message_id, created_at, expires_at)
    SELECT id, channel, address, reason, detail, recipient_id, message_id, created_at, expires_at FROM suppressions WHERE scope = '';
DROP TABLE suppressions;
ALTER TABLE suppressions_old RENAME TO suppressions;
CREATE INDEX suppressions_search ON suppressions (lower(address), id);
CREATE INDEX suppressions_ending ON suppressions (expires_at) WHERE expires_at > 0;
