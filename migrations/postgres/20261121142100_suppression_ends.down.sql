DROP INDEX recipients_alive;
DROP TABLE ended_suppressions;
DROP INDEX suppressions_ending;
ALTER TABLE suppressions DROP COLUMN expires_at;
