ALTER TABLE shop_letters DROP COLUMN after_saga;
DROP TABLE shop_switches;
