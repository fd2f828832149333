-- Which groups the audience of each broadcast names, to tell of a group what uses it.
CREATE TABLE broadcast_groups (
    group_key    TEXT NOT NULL,
    broadcast_id TEXT NOT NULL,
    PRIMARY KEY (group_key, broadcast_id)
) WITHOUT ROWID;
CREATE INDEX broadcast_groups_broadcast ON broadcast_groups (broadcast_id);
INSERT INTO broadcast_groups (group_key, broadcast_id)
SELECT DISTINCT g.value, b.id FROM broadcasts AS b, json_each(nullif(b.document, ''), '$.audience.groups') AS g WHERE g.type = 'text';
