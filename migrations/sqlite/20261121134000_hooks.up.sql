-- How a source takes webhooks of a third party; secrets are sealed.
CREATE TABLE source_hooks (
    source       TEXT PRIMARY KEY,
    enabled      BOOLEAN NOT NULL,
    scheme       TEXT NOT NULL,
    header       TEXT NOT NULL DEFAULT '',
    mapping      TEXT NOT NULL,
    sealed       TEXT NOT NULL,
    updated_at   BIGINT NOT NULL,
    last_at      BIGINT NOT NULL DEFAULT 0,
    last_outcome TEXT NOT NULL DEFAULT '',
    last_payload TEXT NOT NULL DEFAULT ''
);
