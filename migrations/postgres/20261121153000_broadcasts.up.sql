-- Broadcasts: one message to many, approved, paced, and its audience as it was
-- when somebody submitted it.
CREATE TABLE broadcasts (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL,
    -- Counts what was ever changed of it: what is frozen or approved is of one revision.
    revision     INTEGER NOT NULL,
    document     TEXT NOT NULL,
    authors      TEXT NOT NULL,
    source       TEXT NOT NULL,
    -- What was submitted: the audience, its digest, the versions, what was estimated.
    people       INTEGER NOT NULL DEFAULT 0,
    digest       TEXT NOT NULL DEFAULT '',
    frozen       TEXT NOT NULL DEFAULT '',
    hash         TEXT NOT NULL DEFAULT '',
    note         TEXT NOT NULL DEFAULT '',
    submitted_by TEXT NOT NULL DEFAULT '',
    submitted_at BIGINT NOT NULL DEFAULT 0,
    decided_by   TEXT NOT NULL DEFAULT '',
    decided_at   BIGINT NOT NULL DEFAULT 0,
    -- The event that sends it, and why it stands where it stands.
    event_id     TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    forgiven     INTEGER NOT NULL DEFAULT 0,
    started_at   BIGINT NOT NULL DEFAULT 0,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    created_by   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    -- When somebody is to look what can be done next, and whose look it is.
    look_at      BIGINT NOT NULL DEFAULT 0,
    worker       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX broadcasts_look ON broadcasts (look_at) WHERE look_at > 0;
CREATE INDEX broadcasts_state ON broadcasts (state, id);

-- One row for each recipient of the audience of a revision.
CREATE TABLE broadcast_people (
    broadcast_id TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    -- What brought them in: group:…, segment:…, or nothing.
    chosen_by    TEXT NOT NULL DEFAULT '',
    data         TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (broadcast_id, recipient_id)
);

-- What happened to a broadcast, and by whom. Rows are only ever added.
CREATE TABLE broadcast_history (
    broadcast_id TEXT NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    actor        TEXT NOT NULL DEFAULT '',
    detail       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (broadcast_id, number)
);

ALTER TABLE messages ADD COLUMN broadcast TEXT NOT NULL DEFAULT '';
