-- The line: everything one event needs from the door to the last receipt.
-- Times are microseconds since 1970 UTC (zero where Go has the zero time), ids
-- are text that sorts by age, JSON documents are text: the same in both dialects.

CREATE TABLE sources (
    key        TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
    id           TEXT PRIMARY KEY,
    source       TEXT NOT NULL,
    name         TEXT NOT NULL,
    prefix       TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    rate_limit   INTEGER NOT NULL DEFAULT 0,
    expires_at   BIGINT NOT NULL DEFAULT 0,
    revoked_at   BIGINT NOT NULL DEFAULT 0,
    last_used_at BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL
);

CREATE TABLE members (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL,
    recipient_id  TEXT NOT NULL,
    locale        TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL
);

CREATE TABLE sessions (
    hash         TEXT PRIMARY KEY,
    member_id    TEXT NOT NULL,
    csrf         TEXT NOT NULL,
    ip           TEXT NOT NULL DEFAULT '',
    user_agent   TEXT NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_member ON sessions (member_id);

-- Small values the house keeps about itself: the demo key, signing secrets.
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Answers of unsafe requests other than ingest, by caller and key.
CREATE TABLE idempotency (
    scope       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status      INTEGER NOT NULL DEFAULT 0,
    body        TEXT NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE events (
    id              TEXT PRIMARY KEY,
    source          TEXT NOT NULL,
    type            TEXT NOT NULL,
    idempotency_key TEXT,
    fingerprint     TEXT NOT NULL DEFAULT '',
    targets         TEXT NOT NULL,
    data            TEXT NOT NULL,
    actor           TEXT NOT NULL DEFAULT '',
    tenant          TEXT NOT NULL DEFAULT '',
    priority        TEXT NOT NULL DEFAULT '',
    send_at         BIGINT NOT NULL DEFAULT 0,
    expires_at      BIGINT NOT NULL DEFAULT 0,
    cancel_key      TEXT NOT NULL DEFAULT '',
    metadata        TEXT NOT NULL DEFAULT '',
    trace_id        TEXT NOT NULL,
    direct          TEXT NOT NULL DEFAULT '',
    status          TEXT NOT NULL,
    error           TEXT NOT NULL DEFAULT '',
    cursor          TEXT NOT NULL DEFAULT '',
    worker          TEXT NOT NULL DEFAULT '',
    lease_until     BIGINT NOT NULL DEFAULT 0,
    sweeps          INTEGER NOT NULL DEFAULT 0,
    created_at      BIGINT NOT NULL,
    dispatched_at   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX events_idempotency ON events (source, idempotency_key);
CREATE INDEX events_unfinished ON events (status, lease_until) WHERE status IN ('held', 'accepted', 'dispatching');
CREATE INDEX events_cancel ON events (source, cancel_key) WHERE cancel_key <> '';
CREATE INDEX events_trace ON events (trace_id);

CREATE TABLE recipients (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL DEFAULT '',
    locale     TEXT NOT NULL DEFAULT '',
    timezone   TEXT NOT NULL DEFAULT '',
    data       TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    erased_at  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX recipients_by_name ON recipients (lower(name) text_pattern_ops);

CREATE TABLE addresses (
    recipient_id TEXT NOT NULL,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    label        TEXT NOT NULL DEFAULT '',
    invalid      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, channel, address)
);
CREATE INDEX addresses_by_address ON addresses (address, channel);

-- Who had an address that was since replaced: a search by address must still
-- find what was sent there.
CREATE TABLE former_addresses (
    address      TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    PRIMARY KEY (address, recipient_id)
);
CREATE INDEX former_addresses_recipient ON former_addresses (recipient_id);

CREATE TABLE groups (
    key        TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE group_members (
    group_key    TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    PRIMARY KEY (group_key, recipient_id)
);
CREATE INDEX group_members_recipient ON group_members (recipient_id);

CREATE TABLE categories (
    key        TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    names      TEXT NOT NULL DEFAULT '',
    mandatory  BOOLEAN NOT NULL DEFAULT FALSE,
    ambiguity  TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

CREATE TABLE preferences (
    recipient_id TEXT PRIMARY KEY,
    document     TEXT NOT NULL,
    updated_at   BIGINT NOT NULL
);

CREATE TABLE suppressions (
    id           TEXT PRIMARY KEY,
    channel      TEXT NOT NULL,
    address      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    recipient_id TEXT NOT NULL DEFAULT '',
    message_id   TEXT NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    UNIQUE (channel, address)
);

CREATE TABLE workflows (
    key          TEXT PRIMARY KEY,
    event_type   TEXT NOT NULL,
    enabled      BOOLEAN NOT NULL DEFAULT TRUE,
    live_version INTEGER NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX workflows_event_type ON workflows (event_type);

CREATE TABLE workflow_versions (
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_by TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    PRIMARY KEY (key, version)
);

CREATE TABLE templates (
    key          TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    live_version INTEGER NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);

CREATE TABLE template_versions (
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_by TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    PRIMARY KEY (key, version)
);

CREATE TABLE layouts (
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (key, version)
);

CREATE TABLE integrations (
    id            TEXT PRIMARY KEY,
    provider      TEXT NOT NULL,
    name          TEXT NOT NULL,
    channel       TEXT NOT NULL,
    position      INTEGER NOT NULL DEFAULT 0,
    weight        INTEGER NOT NULL DEFAULT 1,
    enabled       BOOLEAN NOT NULL DEFAULT TRUE,
    paused_reason TEXT NOT NULL DEFAULT '',
    sandbox       BOOLEAN NOT NULL DEFAULT FALSE,
    settings      TEXT NOT NULL,
    per_second    INTEGER NOT NULL DEFAULT 0,
    concurrency   INTEGER NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE notifications (
    id               TEXT PRIMARY KEY,
    event_id         TEXT NOT NULL,
    recipient_id     TEXT NOT NULL,
    recipient_name   TEXT NOT NULL DEFAULT '',
    workflow         TEXT NOT NULL,
    workflow_version INTEGER NOT NULL,
    category         TEXT NOT NULL,
    priority         TEXT NOT NULL,
    decisions        TEXT NOT NULL,
    trace_id         TEXT NOT NULL,
    created_at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX notifications_run ON notifications (event_id, recipient_id, workflow);
CREATE INDEX notifications_recipient ON notifications (recipient_id, id);

CREATE TABLE messages (
    id                  TEXT PRIMARY KEY,
    notification_id     TEXT NOT NULL,
    event_id            TEXT NOT NULL,
    trace_id            TEXT NOT NULL,
    source              TEXT NOT NULL,
    tenant              TEXT NOT NULL DEFAULT '',
    recipient_id        TEXT NOT NULL,
    recipient_name      TEXT NOT NULL DEFAULT '',
    channel             TEXT NOT NULL,
    address             TEXT NOT NULL DEFAULT '',
    workflow            TEXT NOT NULL,
    category            TEXT NOT NULL,
    priority            TEXT NOT NULL,
    critical            BOOLEAN NOT NULL DEFAULT FALSE,
    status              TEXT NOT NULL,
    skip_reason         TEXT NOT NULL DEFAULT '',
    template            TEXT NOT NULL DEFAULT '',
    template_version    INTEGER NOT NULL DEFAULT 0,
    locale              TEXT NOT NULL DEFAULT '',
    content             TEXT NOT NULL DEFAULT '',
    size_bytes          INTEGER NOT NULL DEFAULT 0,
    ambiguity           TEXT NOT NULL DEFAULT '',
    integration         TEXT NOT NULL DEFAULT '',
    next_integration    TEXT NOT NULL DEFAULT '',
    provider_message_id TEXT NOT NULL DEFAULT '',
    outcome             TEXT NOT NULL DEFAULT '',
    error_code          TEXT NOT NULL DEFAULT '',
    error_detail        TEXT NOT NULL DEFAULT '',
    attempt_id          TEXT NOT NULL DEFAULT '',
    attempt_number      INTEGER NOT NULL DEFAULT 0,
    attempts            INTEGER NOT NULL DEFAULT 0,
    deferrals           INTEGER NOT NULL DEFAULT 0,
    worker              TEXT NOT NULL DEFAULT '',
    lease_until         BIGINT NOT NULL DEFAULT 0,
    sweeps              INTEGER NOT NULL DEFAULT 0,
    due_at              BIGINT NOT NULL DEFAULT 0,
    expires_at          BIGINT NOT NULL DEFAULT 0,
    created_at          BIGINT NOT NULL,
    sent_at             BIGINT NOT NULL DEFAULT 0,
    delivered_at        BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX messages_unfinished ON messages (status, lease_until) WHERE status IN ('held', 'queued', 'sending');
CREATE INDEX messages_event ON messages (event_id);
CREATE INDEX messages_recipient ON messages (recipient_id, id);
CREATE INDEX messages_provider ON messages (provider_message_id) WHERE provider_message_id <> '';
CREATE INDEX messages_ended_badly ON messages (id) WHERE status IN ('failed', 'unknown');
-- Finds a stretch of time at next to no cost per row: messages lie in the order
-- of their age.
CREATE INDEX messages_age ON messages USING brin (created_at) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE attempts (
    id              TEXT PRIMARY KEY,
    message_id      TEXT NOT NULL,
    number          INTEGER NOT NULL,
    integration     TEXT NOT NULL,
    outcome         TEXT NOT NULL DEFAULT '',
    error_code      TEXT NOT NULL DEFAULT '',
    error_detail    TEXT NOT NULL DEFAULT '',
    started_at      BIGINT NOT NULL,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX attempts_message ON attempts (message_id);

-- Append-only: one row per state change, engagement or note. The timeline of a
-- message, and the stream that analytics reads.
CREATE TABLE message_events (
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id TEXT NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    channel    TEXT NOT NULL DEFAULT '',
    source     TEXT NOT NULL DEFAULT '',
    detail     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX message_events_message ON message_events (message_id);
CREATE INDEX message_events_created ON message_events (at) WHERE kind = 'created';

-- Vendors' callbacks, once each. applied_at is zero while parked: the message
-- it speaks of was not known yet.
CREATE TABLE receipts (
    id                  TEXT PRIMARY KEY,
    integration         TEXT NOT NULL,
    dedup_key           TEXT NOT NULL,
    message_id          TEXT NOT NULL DEFAULT '',
    provider_message_id TEXT NOT NULL DEFAULT '',
    receipt             TEXT NOT NULL,
    received_at         BIGINT NOT NULL,
    applied_at          BIGINT NOT NULL DEFAULT 0,
    UNIQUE (integration, dedup_key)
);
CREATE INDEX receipts_parked ON receipts (received_at) WHERE applied_at = 0;

-- One row per running process, touched every second: a claim whose worker has
-- gone silent is taken back long before its lease ends.
CREATE TABLE workers (
    id         TEXT PRIMARY KEY,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

CREATE TABLE inbox_items (
    id            TEXT PRIMARY KEY,
    recipient_id  TEXT NOT NULL,
    message_id    TEXT NOT NULL UNIQUE,
    feed_offset   BIGINT NOT NULL,
    category      TEXT NOT NULL DEFAULT '',
    content       TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL DEFAULT 0,
    read_at       BIGINT NOT NULL DEFAULT 0,
    archived_at   BIGINT NOT NULL DEFAULT 0,
    snoozed_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX inbox_items_feed ON inbox_items (recipient_id, id);
CREATE INDEX inbox_items_unread ON inbox_items (recipient_id) WHERE read_at = 0 AND archived_at = 0;

-- The head of each recipient's feed. epoch changes when history was lost;
-- last_offset counts every item and every change.
CREATE TABLE inbox_feeds (
    recipient_id TEXT PRIMARY KEY,
    epoch        TEXT NOT NULL,
    last_offset  BIGINT NOT NULL
);

-- What a reconnecting client replays: items and changes in order of offset.
CREATE TABLE inbox_log (
    recipient_id TEXT NOT NULL,
    feed_offset  BIGINT NOT NULL,
    frame        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, feed_offset)
);
CREATE INDEX inbox_log_age ON inbox_log (created_at);
