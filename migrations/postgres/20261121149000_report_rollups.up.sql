-- Counts of the stream by quarter of an hour and by day of UTC, for reports
-- without ClickHouse. What a count is about is said once, in report_dims.
CREATE TABLE report_dims (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- All that follows, in one text.
    key         TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    first       BOOLEAN NOT NULL,
    -- Whether the row is a message's arrival at a vendor.
    handed      BOOLEAN NOT NULL,
    status      TEXT NOT NULL,
    source      TEXT NOT NULL,
    workflow    TEXT NOT NULL,
    category    TEXT NOT NULL,
    template    TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    broadcast   TEXT NOT NULL,
    channel     TEXT NOT NULL,
    provider    TEXT NOT NULL,
    integration TEXT NOT NULL,
    priority    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    error_class TEXT NOT NULL,
    error_code  TEXT NOT NULL
);

-- measure 0 counts rows; 1 counts them by how long the message took, 2 by how
-- long it waited, in steps. span 0 is a quarter of an hour, 1 a day of UTC.
CREATE TABLE report_rollups (
    measure     SMALLINT NOT NULL,
    span        SMALLINT NOT NULL,
    slot        BIGINT NOT NULL,
    dim         BIGINT NOT NULL,
    took        BIGINT NOT NULL,
    n           BIGINT NOT NULL,
    size_bytes  BIGINT NOT NULL,
    parts       BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    PRIMARY KEY (measure, span, slot, dim, took)
);

-- Where in the stream the rows of a quarter of an hour are.
CREATE TABLE report_slots (
    slot      BIGINT PRIMARY KEY,
    first_seq BIGINT NOT NULL,
    last_seq  BIGINT NOT NULL
);

-- How far the stream is counted.
CREATE TABLE report_progress (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO report_progress (id, seq) VALUES (1, 0);
