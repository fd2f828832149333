DROP TABLE integration_days;
ALTER TABLE integrations DROP COLUMN receipt_within;
ALTER TABLE integrations DROP COLUMN countries;
ALTER TABLE integrations DROP COLUMN categories;
ALTER TABLE integrations DROP COLUMN per_day;
