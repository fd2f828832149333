-- Files of people on their way in. The file is kept in parts until the import
-- ends, so that any process can work on it and none has to stay alive.
CREATE TABLE imports (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    state       TEXT NOT NULL,
    columns     TEXT NOT NULL DEFAULT '[]',
    group_key   TEXT NOT NULL DEFAULT '',
    size        INTEGER NOT NULL DEFAULT 0,
    parts       INTEGER NOT NULL DEFAULT 0,
    -- How far the work under way has come: bytes and lines read.
    read        INTEGER NOT NULL DEFAULT 0,
    lines       INTEGER NOT NULL DEFAULT 0,
    rows        INTEGER NOT NULL DEFAULT 0,
    faulty      INTEGER NOT NULL DEFAULT 0,
    stored      INTEGER NOT NULL DEFAULT 0,
    error       TEXT NOT NULL DEFAULT '',
    created_by  TEXT NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL DEFAULT 0,
    worker      TEXT NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX imports_open ON imports (lease_until) WHERE state IN ('checking', 'running');

CREATE TABLE import_parts (
    import_id TEXT NOT NULL,
    number    INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    content   BLOB NOT NULL,
    PRIMARY KEY (import_id, number)
);

-- The rows that cannot be stored, with what is wrong with each.
CREATE TABLE import_faults (
    import_id TEXT NOT NULL,
    line      INTEGER NOT NULL,
    text      TEXT NOT NULL,
    faults    TEXT NOT NULL,
    PRIMARY KEY (import_id, line)
);
