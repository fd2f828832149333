-- The second step of signing in, and attempts counted for all processes together.

ALTER TABLE members ADD COLUMN two_factor_at BIGINT NOT NULL DEFAULT 0;

-- sealed is the secret of the codes, last_step the newest that was used.
CREATE TABLE two_factor (
    member_id    TEXT PRIMARY KEY,
    sealed       TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL DEFAULT 0,
    last_step    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE recovery_codes (
    member_id TEXT NOT NULL,
    hash      TEXT NOT NULL,
    used_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (member_id, hash)
);

-- name is a hash of what attempts are counted at.
CREATE TABLE login_doors (
    name     TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    since    BIGINT NOT NULL
);
CREATE INDEX login_doors_age ON login_doors (since);
