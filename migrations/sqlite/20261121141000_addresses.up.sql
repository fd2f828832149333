-- Addresses say which one is preferred and whether somebody proved that they
-- are theirs; attributes of people are known by name and kind.
ALTER TABLE addresses ADD COLUMN preferred BOOLEAN NOT NULL DEFAULT FALSE;
-- '' (nobody looked), 'verified' or 'failed'.
ALTER TABLE addresses ADD COLUMN verification TEXT NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN verified_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE addresses ADD COLUMN verified_by TEXT NOT NULL DEFAULT '';
-- The one-time code that was sent there last, and how long it is good.
ALTER TABLE addresses ADD COLUMN check_id TEXT NOT NULL DEFAULT '';
ALTER TABLE addresses ADD COLUMN check_until INTEGER NOT NULL DEFAULT 0;

-- Learned from what is stored: which attributes people have, and what they hold.
CREATE TABLE attributes (
    name          TEXT NOT NULL,
    kind          TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    PRIMARY KEY (name, kind)
);
INSERT INTO attributes (name, kind, first_seen_at)
SELECT a.key,
       CASE a.type
           WHEN 'array' THEN 'list'
           WHEN 'true' THEN 'boolean'
           WHEN 'false' THEN 'boolean'
           WHEN 'integer' THEN 'number'
           WHEN 'real' THEN 'number'
           WHEN 'text' THEN CASE WHEN (a.value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
               OR a.value GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*') THEN 'date' ELSE 'string' END
           ELSE a.type
       END AS kind, min(r.created_at)
FROM recipients AS r, json_each(r.data) AS a
WHERE json_valid(r.data) AND substr(r.data, 1, 1) = '{' AND a.type <> 'null' AND length(a.key) <= 100
GROUP BY 1, 2;
