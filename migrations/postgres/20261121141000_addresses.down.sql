DROP TABLE attributes;
ALTER TABLE addresses DROP COLUMN check_until;
ALTER TABLE addresses DROP COLUMN check_id;
ALTER TABLE addresses DROP COLUMN verified_by;
ALTER TABLE addresses DROP COLUMN verified_at;
ALTER TABLE addresses DROP COLUMN verification;
ALTER TABLE addresses DROP COLUMN preferred;
