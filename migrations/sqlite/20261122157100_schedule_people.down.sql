DROP TABLE schedule_people;
ALTER TABLE schedule_fires DROP COLUMN taken;
ALTER TABLE schedule_fires DROP COLUMN after_at;
ALTER TABLE schedules DROP COLUMN aimed_at;
