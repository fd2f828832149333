-- What a suppression is about: '' its channel, 'everything' wherever the address is
-- used, or 'category:…', 'workflow:…', 'source:…' of its channel. The address leads
-- the index, so that an entry for everything is found without its channel.
CREATE TABLE suppressions_new (
    id           TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL DEFAULT 0,
    scope        TEXT NOT NULL DEFAULT '',
    address_key  TEXT NOT NULL GENERATED ALWAYS AS (CASE WHEN channel = 'email' THEN lower(address) ELSE address END) STORED,
    UNIQUE (address_key, channel, scope)
);
INSERT INTO suppressions_new (id, channel, address, reason, detail, recipient_id, message_id, created_at, expires_at)
    SELECT id, channel, address, reason, detail, recipient_id, message_id, created_at, expires_at FROM suppressions;
DROP TABLE suppressions;
ALTER TABLE suppressions_new RENAME TO suppressions;
CREATE INDEX suppressions_search ON suppressions (lower(address), id);
CREATE INDEX suppressions_ending ON suppressions (expires_at) WHERE expires_at > 0;

-- How an entry ended: by itself ('expired'), by somebody ('released'), or because the
-- person asked for messages again ('resubscribed').
ALTER TABLE ended_suppressions ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE ended_suppressions ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ended_suppressions ADD COLUMN ended_how TEXT NOT NULL DEFAULT 'expired';
ALTER TABLE ended_suppressions ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';
ALTER TABLE ended_suppressions ADD COLUMN ended_why TEXT NOT NULL DEFAULT '';
UPDATE ended_suppressions SET ended_at = expires_at;
CREATE INDEX ended_suppressions_search ON ended_suppressions (lower(address), id);
CREATE INDEX ended_suppressions_recipient ON ended_suppressions (recipient_id) WHERE recipient_id <> '';
