-- How often the audience of a broadcast was taken down: what is frozen is of the last time.
ALTER TABLE broadcasts ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
