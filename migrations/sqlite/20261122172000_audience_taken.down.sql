ALTER TABLE broadcasts DROP COLUMN taken;
