DROP STATISTICS recipients_lots;
ALTER TABLE preferences DROP COLUMN choices;
