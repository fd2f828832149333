ALTER TABLE messages DROP COLUMN held_for;
ALTER TABLE preferences DROP COLUMN quiet;
ALTER TABLE categories DROP COLUMN policy;
