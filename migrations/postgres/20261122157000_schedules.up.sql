-- Schedules, and what is to be caused by each of them: one row for each planned
-- time, however many look for what is due.
CREATE TABLE schedules (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    state       TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    -- Counts what was changed by people.
    revision    INTEGER NOT NULL,
    document    TEXT NOT NULL,
    -- What intervals and recurrence rules count from where nobody said when to begin.
    anchor      BIGINT NOT NULL,
    next_at     BIGINT NOT NULL DEFAULT 0,
    last_at     BIGINT NOT NULL DEFAULT 0,
    fires       BIGINT NOT NULL DEFAULT 0,
    reason      TEXT NOT NULL DEFAULT '',
    source      TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at > 0;
CREATE INDEX schedules_state ON schedules (state, id);
CREATE INDEX schedules_target ON schedules (target_kind, id);

CREATE TABLE schedule_fires (
    id          TEXT PRIMARY KEY,
    schedule_id TEXT NOT NULL,
    planned_at  BIGINT NOT NULL,
    -- What the wall shows, where each recipient's own counts; else empty.
    slot        TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL,
    -- How many planned times a skipped row stands for.
    missed      INTEGER NOT NULL DEFAULT 0,
    people      INTEGER NOT NULL DEFAULT 0,
    ref         TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    tries       INTEGER NOT NULL DEFAULT 0,
    worker      TEXT NOT NULL DEFAULT '',
    look_at     BIGINT NOT NULL DEFAULT 0,
    fired_at    BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL,
    UNIQUE (schedule_id, planned_at, slot)
);
CREATE INDEX schedule_fires_due ON schedule_fires (look_at) WHERE state = 'due';
CREATE INDEX schedule_fires_of ON schedule_fires (schedule_id, id);
CREATE INDEX schedule_fires_planned ON schedule_fires (planned_at);
CREATE INDEX schedule_fires_age ON schedule_fires (created_at);
