DROP TABLE stream_corrections;
DROP TABLE stream_copies;
DROP VIEW delivery_events;
DROP INDEX attempts_message;
CREATE INDEX attempts_message ON attempts (message_id, number);
ALTER TABLE integrations DROP COLUMN unit_cost_micros;
ALTER TABLE messages DROP COLUMN parts;
