-- The consent log by way, by message and by time.
CREATE INDEX consents_source ON consents (source, id);
CREATE INDEX consents_message ON consents (message_id, id) WHERE message_id <> '';
CREATE INDEX consents_at ON consents (at);
