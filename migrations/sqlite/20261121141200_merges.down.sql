DROP INDEX recipients_merged;
ALTER TABLE recipients DROP COLUMN merged_into;
