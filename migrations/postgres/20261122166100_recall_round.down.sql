ALTER TABLE broadcasts DROP COLUMN recall_round;
