-- The consent log: what people said about being written to. Each row seals the
-- one before it. The database itself refuses to delete a row, and to change one
-- in any other way than to empty its content when its person is erased.

CREATE TABLE consents (
    place        BIGINT PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    at           BIGINT NOT NULL,
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
    place BIGINT NOT NULL,
    seal  TEXT NOT NULL
);
INSERT INTO consent_head (id, place, seal) VALUES (1, 0, '');

CREATE FUNCTION consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the consent log is append-only';
END
$$;
CREATE TRIGGER consents_stay BEFORE DELETE OR TRUNCATE ON consents
    FOR EACH STATEMENT EXECUTE FUNCTION consents_stay();
CREATE TRIGGER consents_stay_as_they_are BEFORE UPDATE ON consents
    FOR EACH ROW WHEN (NEW.content <> '' OR (NEW.place, NEW.id, NEW.at, NEW.recipient_id, NEW.kind, NEW.source, NEW.actor, NEW.message_id,
        NEW.content_hash, NEW.seal) IS DISTINCT FROM (OLD.place, OLD.id, OLD.at, OLD.recipient_id, OLD.kind, OLD.source, OLD.actor,
        OLD.message_id, OLD.content_hash, OLD.seal))
    EXECUTE FUNCTION consents_stay();

-- The newest record about a recipient: what a message is sent under.
ALTER TABLE preferences ADD COLUMN consent_place BIGINT NOT NULL DEFAULT 0;

-- Links to a person's page that were made before this are closed.
CREATE TABLE revoked_links (
    recipient_id TEXT PRIMARY KEY,
    revoked_at   BIGINT NOT NULL
);
