-- The consent log: what people said about being written to. Each row seals the
-- one before it. The database itself refuses to delete a row, and to change one
-- in any other way than to empty its content when its person is erased.

CREATE TABLE consents (
    place        INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    at           INTEGER NOT NULL,
    recipient_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    source       TEXT NOT NULL,
    actor        TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    content      TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    seal         TEXT NOT NULL
);
CREATE INDEX consents_recipient ON consents (recipient_id, id);
CREATE INDEX consents_kind ON consents (kind, id);

-- Where the chain ends: one row, and the lock of whoever appends.
CREATE TABLE consent_head (
    id    INTEGER PRIMARY KEY,
    place INTEGER NOT NULL,
    seal  TEXT NOT NULL
);
INSERT INTO consent_head (id, place, seal) VALUES (1, 0, '');

CREATE TRIGGER consents_stay BEFORE DELETE ON consents BEGIN
    SELECT RAISE(ABORT, 'the consent log is append-only');
END;
CREATE TRIGGER consents_stay_as_they_are BEFORE UPDATE ON consents
WHEN NEW.content <> '' OR NEW.place <> OLD.place OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.recipient_id <> OLD.recipient_id
    OR NEW.kind <> OLD.kind OR NEW.source <> OLD.source OR NEW.actor <> OLD.actor OR NEW.message_id <> OLD.message_id
    OR NEW.content_hash <> OLD.content_hash OR NEW.seal <> OLD.seal
BEGIN
    SELECT RAISE(ABORT, 'the consent log is append-only');
END;

-- The newest record about a recipient: what a message is sent under.
ALTER TABLE preferences ADD COLUMN consent_place INTEGER NOT NULL DEFAULT 0;

-- Links to a person's page that were made before this are closed.
CREATE TABLE revoked_links (
    recipient_id TEXT PRIMARY KEY,
    revoked_at   INTEGER NOT NULL
);
