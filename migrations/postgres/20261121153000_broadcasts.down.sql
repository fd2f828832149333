ALTER TABLE messages DROP COLUMN broadcast;
DROP TABLE broadcast_history;
DROP TABLE broadcast_people;
DROP TABLE broadcasts;
