-- Addresses say which one is preferred and whether somebody proved that they
-- are theirs; attributes of people are known by name and kind.
ALTER TABLE addresses ADD COLUMN preferred BOOLEAN NOT NULL DEFAULT FALSE;
-- '' (nobody looked), 'verified' or 'failed'.
ALTER TABLE addresses ADD COLUMN verification TEXT NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN verified_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE addresses ADD COLUMN verified_by TEXT NOT NULL DEFAULT '';
-- The one-time code that was sent there last, and how long it is good.
ALTER TABLE addresses ADD COLUMN check_id TEXT NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN check_until BIGINT NOT NULL DEFAULT 0;

-- Learned from what is stored: which attributes people have, and what they hold.
CREATE TABLE attributes (
    name          TEXT NOT NULL,
    kind          TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    PRIMARY KEY (name, kind)
);
INSERT INTO attributes (name, kind, first_seen_at)
SELECT a.key,
       CASE jsonb_typeof(a.value)
           WHEN 'array' THEN 'list'
           WHEN 'string' THEN CASE WHEN a.value #>> '{}' ~ '^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$' THEN 'date' ELSE 'string' END
           ELSE jsonb_typeof(a.value)
       END AS kind, min(r.created_at)
FROM recipients AS r, jsonb_each(r.data::jsonb) AS a
WHERE left(r.data, 1) = '{' AND jsonb_typeof(a.value) <> 'null' AND length(a.key) <= 100
GROUP BY 1, 2;
