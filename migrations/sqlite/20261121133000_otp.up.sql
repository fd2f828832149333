-- One-time codes that were asked for. The code itself is nowhere: it is a keyed
-- hash of the id.
CREATE TABLE otps (
    id         TEXT PRIMARY KEY,
    source     TEXT NOT NULL,
    person     TEXT NOT NULL,
    length     INTEGER NOT NULL,
    tries_left INTEGER NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX otps_person ON otps (person, created_at);
CREATE INDEX otps_expiry ON otps (expires_at);
