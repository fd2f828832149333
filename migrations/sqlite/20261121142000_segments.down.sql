DROP INDEX events_to_lists;
DROP INDEX message_events_engaged;
ALTER TABLE recipients DROP COLUMN attributes;
DROP TABLE segments;
