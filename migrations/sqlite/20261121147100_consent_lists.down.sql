DROP INDEX consents_at;
DROP INDEX consents_message;
DROP INDEX consents_source;
