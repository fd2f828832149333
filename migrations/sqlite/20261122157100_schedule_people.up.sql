-- Schedules that go by each recipient's own clock: who had what the wall shows.
-- A planned time takes whose clock has shown it since after_at.
ALTER TABLE schedules ADD COLUMN aimed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE schedule_fires ADD COLUMN after_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE schedule_fires ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;

CREATE TABLE schedule_people (
    schedule_id  TEXT NOT NULL,
    slot         TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    fire_id      TEXT NOT NULL,
    -- The event they are in, counted from zero.
    page         INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, slot, recipient_id)
);
CREATE INDEX schedule_people_fire ON schedule_people (fire_id, page, recipient_id);
