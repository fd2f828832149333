DROP INDEX receipts_message;
ALTER TABLE sources DROP COLUMN last_event_at;
DROP TABLE used_nonces;
ALTER TABLE api_keys DROP COLUMN replaced_by;
ALTER TABLE api_keys DROP COLUMN require_signature;
DROP INDEX addresses_search;
DROP INDEX recipients_by_id_text;
DROP INDEX recipients_by_name;
DROP INDEX suppressions_search;
CREATE TABLE suppressions_old (
    id           TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    UNIQUE (channel, address)
);
INSERT INTO suppressions_old (id, channel, address, reason, detail, recipient_id, message_id, created_at)
    SELECT id, channel, address, reason, detail, recipient_id, message_id, created_at FROM suppressions;
DROP TABLE suppressions;
ALTER TABLE suppressions_old RENAME TO suppressions;
