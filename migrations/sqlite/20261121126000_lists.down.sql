DROP INDEX events_stopped;
ALTER TABLE events DROP COLUMN stopped;
DROP INDEX events_walk;
DROP INDEX messages_walk;
