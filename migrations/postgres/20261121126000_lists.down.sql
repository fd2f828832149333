DROP INDEX events_stopped;
ALTER TABLE events DROP COLUMN stopped;
DROP INDEX messages_tenant;
DROP INDEX messages_skipped;
DROP INDEX messages_error;
