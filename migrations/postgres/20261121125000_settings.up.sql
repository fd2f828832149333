-- What a worker says of itself: its breakers that are not closed, as JSON.
ALTER TABLE workers ADD COLUMN report TEXT NOT NULL DEFAULT '';

-- Filters of lists that a member has given a name.
CREATE TABLE saved_views (
    id         TEXT PRIMARY KEY,
    member_id  TEXT NOT NULL,
    list       TEXT NOT NULL,
    name       TEXT NOT NULL,
    search     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (member_id, list, name)
);
