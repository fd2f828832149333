DROP TABLE broadcast_recalls;
DROP TABLE broadcast_quota;
ALTER TABLE broadcasts DROP COLUMN ended_by;
ALTER TABLE broadcasts DROP COLUMN recall;
ALTER TABLE broadcasts DROP COLUMN recall_saga;
ALTER TABLE broadcasts DROP COLUMN saga_id;
