-- What was frozen of a broadcast until an edit made it void.
ALTER TABLE broadcasts ADD COLUMN set_aside TEXT NOT NULL DEFAULT '';
