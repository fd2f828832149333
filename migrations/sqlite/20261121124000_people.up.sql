-- People and who may call: one spelling of an address for suppressions, search
-- of recipients by index, signed requests, and when a source was last heard of.

-- Mailboxes are the same in any case. The database derives the key, so that
-- whoever writes or compares an address cannot derive it differently.
CREATE TABLE suppressions_new (
    id           TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    address_key  TEXT NOT NULL GENERATED ALWAYS AS (CASE WHEN channel = 'email' THEN lower(address) ELSE address END) STORED,
    UNIQUE (channel, address_key)
);
INSERT OR IGNORE INTO suppressions_new (id, channel, address, reason, detail, recipient_id, message_id, created_at)
    SELECT id, channel, address, reason, detail, recipient_id, message_id, created_at FROM suppressions ORDER BY id;
DROP TABLE suppressions;
ALTER TABLE suppressions_new RENAME TO suppressions;
CREATE INDEX suppressions_search ON suppressions (lower(address), id);

CREATE INDEX recipients_by_name ON recipients (lower(name), id);
CREATE INDEX recipients_by_id_text ON recipients (lower(id), id);
CREATE INDEX addresses_search ON addresses (lower(address), recipient_id);

ALTER TABLE api_keys ADD COLUMN require_signature BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE api_keys ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';

-- A nonce of a signed request is good once. Rows are kept for as long as the
-- timestamp of their request would be believed.
CREATE TABLE used_nonces (
    key_id  TEXT NOT NULL,
    nonce   TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX used_nonces_age ON used_nonces (seen_at);

-- Exact to a minute: it is touched by the door, not by every event.
ALTER TABLE sources ADD COLUMN last_event_at INTEGER NOT NULL DEFAULT 0;
UPDATE sources SET last_event_at = COALESCE((SELECT max(e.created_at) FROM events AS e WHERE e.source = sources.key), 0);

-- An export and an erasure find what vendors said about a person's messages.
CREATE INDEX receipts_message ON receipts (message_id) WHERE message_id <> '';
