DROP TABLE saved_views;
ALTER TABLE workers DROP COLUMN report;
