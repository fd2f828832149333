ALTER TABLE broadcasts DROP COLUMN set_aside;
