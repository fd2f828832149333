-- What happened to people that no other table tells of: groups they joined and
-- left, files and directories they came from, ids that were merged into theirs.
-- Rows are only ever added; they go with the person.
CREATE TABLE recipient_history (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient_id TEXT NOT NULL,
    at           BIGINT NOT NULL,
    -- joined, left, imported, synced, gone or merged.
    kind         TEXT NOT NULL,
    -- The key of the group, the id of the import, the key of the sync, the other id.
    ref          TEXT NOT NULL,
    -- How the group was called then.
    name         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX recipient_history_of ON recipient_history (recipient_id, seq);

-- What somebody read in the inbox, by when.
CREATE INDEX inbox_items_read ON inbox_items (recipient_id, read_at, id) WHERE read_at > 0;
