-- Where people are kept in step with: a directory or a database. The document
-- holds everything but the secret.
CREATE TABLE syncs (
    key        TEXT PRIMARY KEY,
    document   TEXT NOT NULL,
    sealed     TEXT NOT NULL DEFAULT '',
    enabled    BOOLEAN NOT NULL,
    next_at    BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL
);
CREATE INDEX syncs_due ON syncs (next_at) WHERE enabled AND next_at > 0;

CREATE TABLE sync_runs (
    id          TEXT PRIMARY KEY,
    sync_key    TEXT NOT NULL,
    state       TEXT NOT NULL,
    started_by  TEXT NOT NULL DEFAULT '',
    accept_gone BOOLEAN NOT NULL DEFAULT FALSE,
    read        INTEGER NOT NULL DEFAULT 0,
    upserted    INTEGER NOT NULL DEFAULT 0,
    unchanged   INTEGER NOT NULL DEFAULT 0,
    faulty      INTEGER NOT NULL DEFAULT 0,
    absent      INTEGER NOT NULL DEFAULT 0,
    -- How many people there were before it.
    known       INTEGER NOT NULL DEFAULT 0,
    restarts    INTEGER NOT NULL DEFAULT 0,
    code        TEXT NOT NULL DEFAULT '',
    error       TEXT NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    started_at  BIGINT NOT NULL DEFAULT 0,
    ended_at    BIGINT NOT NULL DEFAULT 0,
    worker      TEXT NOT NULL DEFAULT '',
    lease_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sync_runs_of ON sync_runs (sync_key, id);
-- One at a time: of twenty who begin the same run one does.
CREATE UNIQUE INDEX sync_runs_open ON sync_runs (sync_key) WHERE state IN ('waiting', 'running');

-- Who was read, what the row was like, and by which run last.
CREATE TABLE sync_people (
    sync_key     TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    hash         TEXT NOT NULL,
    run_id       TEXT NOT NULL,
    gone_at      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (sync_key, recipient_id)
);

-- The rows that the newest run could not store, with what is wrong with each.
CREATE TABLE sync_faults (
    run_id TEXT NOT NULL,
    line   INTEGER NOT NULL,
    text   TEXT NOT NULL,
    faults TEXT NOT NULL,
    PRIMARY KEY (run_id, line)
);
