-- Which groups the audience of each broadcast names, to tell of a group what uses it.
CREATE TABLE broadcast_groups (
    group_key    TEXT NOT NULL,
    broadcast_id TEXT NOT NULL,
    PRIMARY KEY (group_key, broadcast_id)
);
CREATE INDEX broadcast_groups_broadcast ON broadcast_groups (broadcast_id);
INSERT INTO broadcast_groups (group_key, broadcast_id)
SELECT DISTINCT g.value, b.id FROM broadcasts AS b,
    jsonb_array_elements_text(coalesce(nullif(attributes_of(b.document) #> '{audience,groups}', 'null'), '[]')) AS g (value);
