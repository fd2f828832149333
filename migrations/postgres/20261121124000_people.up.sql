-- People and who may call: one spelling of an address for suppressions, search
-- of recipients by index, signed requests, and when a source was last heard of.

-- Mailboxes are the same in any case. The database derives the key, so that
-- whoever writes or compares an address cannot derive it differently.
ALTER TABLE suppressions ADD COLUMN address_key TEXT NOT NULL
    GENERATED ALWAYS AS (CASE WHEN channel = 'email' THEN lower(address) ELSE address END) STORED;
DELETE FROM suppressions AS s USING suppressions AS earlier
    WHERE earlier.channel = s.channel AND earlier.address_key = s.address_key AND earlier.id < s.id;
ALTER TABLE suppressions DROP CONSTRAINT suppressions_channel_address_key;
CREATE UNIQUE INDEX suppressions_by_address ON suppressions (channel, address_key);
CREATE INDEX suppressions_search ON suppressions (lower(address) text_pattern_ops);

CREATE INDEX recipients_by_id_text ON recipients (lower(id) text_pattern_ops);
CREATE INDEX addresses_search ON addresses (lower(address) text_pattern_ops);

ALTER TABLE api_keys ADD COLUMN require_signature BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE api_keys ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';

-- A nonce of a signed request is good once. Rows are kept for as long as the
-- timestamp of their request would be believed.
CREATE TABLE used_nonces (
    key_id  TEXT NOT NULL,
    nonce   TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, nonce)
);
CREATE INDEX used_nonces_age ON used_nonces (seen_at);

-- Exact to a minute: it is touched by the door, not by every event.
ALTER TABLE sources ADD COLUMN last_event_at BIGINT NOT NULL DEFAULT 0;
UPDATE sources SET last_event_at = COALESCE((SELECT max(e.created_at) FROM events AS e WHERE e.source = sources.key), 0);

-- An export and an erasure find what vendors said about a person's messages.
CREATE INDEX receipts_message ON receipts (message_id) WHERE message_id <> '';
