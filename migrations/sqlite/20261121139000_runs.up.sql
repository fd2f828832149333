-- Runs whose workflow goes on later. Workflows without steps over time have no
-- rows here. Times are in microseconds since 1970.
CREATE TABLE runs (
    -- That of the notification.
    id               TEXT PRIMARY KEY,
    event_id         TEXT NOT NULL,
    recipient_id     TEXT NOT NULL,
    workflow         TEXT NOT NULL,
    workflow_version INTEGER NOT NULL,
    priority         TEXT NOT NULL,
    status           TEXT NOT NULL,
    -- Where it waits, and the keys of the steps that are left.
    step             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    rest             TEXT NOT NULL,
    resume_at        BIGINT NOT NULL,
    -- When the sweeper looks next, and how often it has.
    look_at          BIGINT NOT NULL,
    sweeps           INTEGER NOT NULL DEFAULT 0,
    -- The message whose signals it waits for.
    awaits           TEXT NOT NULL DEFAULT '',
    digest_id        TEXT NOT NULL DEFAULT '',
    -- What a throttle answered.
    is_full          BOOLEAN NOT NULL DEFAULT FALSE,
    -- Counts how often it went on: who goes on with it must name the number.
    turn             INTEGER NOT NULL DEFAULT 0,
    parked_at        BIGINT NOT NULL
);
CREATE INDEX runs_due ON runs (look_at) WHERE status = 'parked';
CREATE INDEX runs_awaits ON runs (awaits) WHERE status = 'parked' AND awaits <> '';
CREATE INDEX runs_recipient ON runs (recipient_id, workflow) WHERE status IN ('parked', 'gathered');
CREATE INDEX runs_event ON runs (event_id);

-- Windows that gather. An open one has its scope, which is unique: whoever adds
-- to it locks the row. A closed one has none, so that the next opens.
CREATE TABLE digests (
    id        TEXT PRIMARY KEY,
    scope     TEXT UNIQUE,
    opened_at BIGINT NOT NULL DEFAULT 0,
    closes_at BIGINT NOT NULL DEFAULT 0,
    closed_at BIGINT NOT NULL DEFAULT 0,
    total     INTEGER NOT NULL DEFAULT 0,
    -- The item that acts when the window closes.
    carrier   TEXT NOT NULL DEFAULT ''
);

CREATE TABLE digest_items (
    digest_id TEXT NOT NULL,
    item_id   TEXT NOT NULL,
    event_id  TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (digest_id, item_id)
);
CREATE INDEX digest_items_item ON digest_items (item_id);

CREATE TABLE throttles (
    scope     TEXT PRIMARY KEY,
    opened_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    used      INTEGER NOT NULL
);
CREATE INDEX throttles_ended ON throttles (ends_at);
