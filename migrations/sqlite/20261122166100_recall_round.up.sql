-- How often what a recall could not take back was tried once more.
ALTER TABLE broadcasts ADD COLUMN recall_round INTEGER NOT NULL DEFAULT 0;
