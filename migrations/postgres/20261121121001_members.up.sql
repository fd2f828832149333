-- Members can be put to rest and are invited by link.

ALTER TABLE members ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN deactivated_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE invitations (
    id           TEXT PRIMARY KEY,
    email        TEXT NOT NULL,
    role         TEXT NOT NULL,
    member_id    TEXT NOT NULL,
    invited_by   TEXT NOT NULL,
    inviter_name TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    closed_at    BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX invitations_open ON invitations (email) WHERE closed_at = 0;
