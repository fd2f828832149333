DROP TABLE retention;
DROP TABLE removed_messages;
