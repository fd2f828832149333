DROP TABLE revoked_links;
ALTER TABLE preferences DROP COLUMN consent_place;
DROP TABLE consent_head;
DROP TABLE consents;
DROP FUNCTION consents_stay();
