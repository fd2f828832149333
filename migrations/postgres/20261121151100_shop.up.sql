-- The sample shop of the demo: four services, each with tables of its own, and
-- the box of letters each has still to post.
CREATE TABLE shop_orders (
    id          TEXT PRIMARY KEY,
    number      TEXT NOT NULL,
    customer    TEXT NOT NULL,
    lines       TEXT NOT NULL,
    total       BIGINT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    faults      TEXT NOT NULL DEFAULT '',
    -- So often taking something back will fail.
    undo_faults INTEGER NOT NULL DEFAULT 0,
    saga_id     TEXT NOT NULL,
    trace_id    TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE TABLE shop_items (
    id        TEXT PRIMARY KEY,
    place     INTEGER NOT NULL,
    names     TEXT NOT NULL,
    price     BIGINT NOT NULL,
    stocked   BIGINT NOT NULL,
    available BIGINT NOT NULL CHECK (available >= 0),
    reserved  BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    sold      BIGINT NOT NULL DEFAULT 0 CHECK (sold >= 0)
);
CREATE TABLE shop_reservations (
    order_id TEXT PRIMARY KEY,
    state    TEXT NOT NULL
);
CREATE TABLE shop_reserved (
    order_id TEXT NOT NULL,
    item     TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    PRIMARY KEY (order_id, item)
);

CREATE TABLE shop_payments (
    order_id TEXT PRIMARY KEY,
    amount   BIGINT NOT NULL,
    state    TEXT NOT NULL
);

CREATE TABLE shop_shipments (
    order_id TEXT PRIMARY KEY,
    state    TEXT NOT NULL,
    tracking TEXT NOT NULL DEFAULT ''
);

CREATE TABLE shop_letters (
    id         TEXT PRIMARY KEY,
    order_id   TEXT NOT NULL,
    source     TEXT NOT NULL,
    type       TEXT NOT NULL,
    body       TEXT NOT NULL,
    trace_id   TEXT NOT NULL,
    place      BIGINT NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    next_at    BIGINT NOT NULL,
    posted_at  BIGINT NOT NULL DEFAULT 0,
    event_id   TEXT NOT NULL DEFAULT '',
    error      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX shop_letters_waiting ON shop_letters (next_at) WHERE posted_at = 0;
CREATE INDEX shop_letters_order ON shop_letters (order_id, place);
