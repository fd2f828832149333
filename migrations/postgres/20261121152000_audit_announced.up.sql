-- Changes that were begun and are not recorded yet. A row goes with its record, in
-- one transaction; one that stays tells that nobody saw how its change ended.

CREATE TABLE audit_announced (
    id           TEXT PRIMARY KEY,
    at           BIGINT NOT NULL,
    actor_kind   TEXT NOT NULL,
    actor_id     TEXT NOT NULL,
    actor_name   TEXT NOT NULL,
    action       TEXT NOT NULL,
    target_kind  TEXT NOT NULL,
    target_id    TEXT NOT NULL,
    state_before TEXT NOT NULL,
    trace_id     TEXT NOT NULL,
    ip           TEXT NOT NULL
);
ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
