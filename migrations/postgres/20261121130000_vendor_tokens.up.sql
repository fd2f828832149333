-- Access tokens of vendors, sealed, for all processes. Whoever holds the lease
-- fetches the next one; revision counts the tokens of a key.
CREATE TABLE vendor_tokens (
    key          TEXT PRIMARY KEY,
    sealed       TEXT NOT NULL DEFAULT '',
    expires_at   BIGINT NOT NULL DEFAULT 0,
    revision     INTEGER NOT NULL DEFAULT 0,
    leased_by    TEXT NOT NULL DEFAULT '',
    leased_until BIGINT NOT NULL DEFAULT 0
);
