ALTER TABLE attempts DROP COLUMN delivered_at;
