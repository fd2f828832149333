-- What became of taking back messages that were removed after their time: the
-- progress of their broadcast still has them.
CREATE TABLE removed_recalls (
    broadcast_id TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (broadcast_id, outcome)
);
