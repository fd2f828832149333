DROP TABLE invitations;
ALTER TABLE members DROP COLUMN deactivated_at;
ALTER TABLE members DROP COLUMN last_seen_at;
