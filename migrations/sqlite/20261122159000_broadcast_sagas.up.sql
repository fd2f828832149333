-- Which saga carries a submission, which one takes back what had gone out, how far
-- that is, and who ended the broadcast.
ALTER TABLE broadcasts ADD COLUMN saga_id TEXT NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN recall_saga TEXT NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN recall TEXT NOT NULL DEFAULT '';
ALTER TABLE broadcasts ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';

-- What submissions have reserved of the quota of a day, or used of it.
CREATE TABLE broadcast_quota (
    broadcast_id TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    day          TEXT NOT NULL,
    messages     INTEGER NOT NULL,
    PRIMARY KEY (broadcast_id, revision)
);
CREATE INDEX broadcast_quota_day ON broadcast_quota (day);

-- What became of taking back each message of a broadcast.
CREATE TABLE broadcast_recalls (
    message_id   TEXT PRIMARY KEY,
    broadcast_id TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    detail       TEXT NOT NULL DEFAULT '',
    at           INTEGER NOT NULL
);
CREATE INDEX broadcast_recalls_of ON broadcast_recalls (broadcast_id, outcome);
