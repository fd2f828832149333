DROP TABLE login_doors;
DROP TABLE recovery_codes;
DROP TABLE two_factor;
ALTER TABLE members DROP COLUMN two_factor_at;
