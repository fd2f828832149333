DROP INDEX inbox_items_read;
DROP TABLE recipient_history;
