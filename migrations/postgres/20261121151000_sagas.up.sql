-- Work of several steps that can be undone. A saga's row says who holds it and
-- when it is looked at again; its steps say how far it has come; its transitions
-- are its story, which the database itself refuses to change.
CREATE TABLE sagas (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    ref          TEXT NOT NULL,
    title        TEXT NOT NULL,
    state        TEXT NOT NULL,
    priority     TEXT NOT NULL,
    input        TEXT NOT NULL,
    trace_id     TEXT NOT NULL DEFAULT '',
    started_by   TEXT NOT NULL DEFAULT '',
    fault        TEXT NOT NULL DEFAULT '',
    abandoned_by TEXT NOT NULL DEFAULT '',
    step         TEXT NOT NULL DEFAULT '',
    wait_kind    TEXT NOT NULL DEFAULT '',
    awaits       TEXT NOT NULL DEFAULT '',
    next_at      BIGINT NOT NULL,
    look_at      BIGINT NOT NULL,
    sweeps       INTEGER NOT NULL DEFAULT 0,
    token        BIGINT NOT NULL DEFAULT 0,
    worker       TEXT NOT NULL DEFAULT '',
    lease_until  BIGINT NOT NULL DEFAULT 0,
    moves        BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    UNIQUE (name, ref)
);
CREATE INDEX sagas_open ON sagas (look_at) WHERE state IN ('running', 'waiting', 'compensating');
CREATE INDEX sagas_state ON sagas (state, id);
CREATE INDEX sagas_name ON sagas (name, id);
CREATE INDEX sagas_ref ON sagas (ref);

CREATE TABLE saga_steps (
    saga_id         TEXT NOT NULL,
    place           INTEGER NOT NULL,
    name            TEXT NOT NULL,
    state           TEXT NOT NULL,
    tries           INTEGER NOT NULL DEFAULT 0,
    input           TEXT NOT NULL DEFAULT '',
    output          TEXT NOT NULL DEFAULT '',
    checkpoint      TEXT NOT NULL DEFAULT '',
    undo_checkpoint TEXT NOT NULL DEFAULT '',
    error           TEXT NOT NULL DEFAULT '',
    begun_at        BIGINT NOT NULL DEFAULT 0,
    ended_at        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (saga_id, place)
);

CREATE TABLE saga_transitions (
    saga_id TEXT NOT NULL,
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    step    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    try     INTEGER NOT NULL,
    detail  TEXT NOT NULL,
    by      TEXT NOT NULL,
    PRIMARY KEY (saga_id, number)
);
CREATE FUNCTION saga_story_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the transitions of sagas are append-only';
END
$$;
CREATE TRIGGER saga_story_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON saga_transitions
    FOR EACH STATEMENT EXECUTE FUNCTION saga_story_stays();

-- What sagas were told, the first of a name.
CREATE TABLE saga_signals (
    saga_id TEXT NOT NULL,
    name    TEXT NOT NULL,
    by      TEXT NOT NULL,
    at      BIGINT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (saga_id, name)
);
