-- What a suppression is about: '' its channel, 'everything' wherever the address is
-- used, or 'category:…', 'workflow:…', 'source:…' of its channel. The address leads
-- the index, so that an entry for everything is found without its channel.
ALTER TABLE suppressions ADD COLUMN scope TEXT NOT NULL DEFAULT '';
DROP INDEX suppressions_by_address;
CREATE UNIQUE INDEX suppressions_by_address ON suppressions (address_key, channel, scope);

-- How an entry ended: by itself ('expired'), by somebody ('released'), or because the
-- person asked for messages again ('resubscribed').
ALTER TABLE ended_suppressions ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE ended_suppressions ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ended_suppressions ADD COLUMN ended_how TEXT NOT NULL DEFAULT 'expired';
ALTER TABLE ended_suppressions ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';
ALTER TABLE ended_suppressions ADD COLUMN ended_why TEXT NOT NULL DEFAULT '';
UPDATE ended_suppressions SET ended_at = expires_at;
CREATE INDEX ended_suppressions_search ON ended_suppressions (lower(address) text_pattern_ops);
CREATE INDEX ended_suppressions_recipient ON ended_suppressions (recipient_id) WHERE recipient_id <> '';
