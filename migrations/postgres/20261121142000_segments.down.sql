DROP INDEX events_to_lists;
DROP INDEX message_events_engaged;
DROP INDEX recipients_attributes;
ALTER TABLE recipients DROP COLUMN attributes;
DROP FUNCTION attributes_of(TEXT);
DROP TABLE segments;
