-- Which segments the audience of each broadcast names, to tell of a segment what uses it.
CREATE TABLE broadcast_segments (
    segment_key  TEXT NOT NULL,
    broadcast_id TEXT NOT NULL,
    PRIMARY KEY (segment_key, broadcast_id)
) WITHOUT ROWID;
CREATE INDEX broadcast_segments_broadcast ON broadcast_segments (broadcast_id);
INSERT INTO broadcast_segments (segment_key, broadcast_id)
SELECT DISTINCT g.value, b.id FROM broadcasts AS b, json_each(nullif(b.document, ''), '$.audience.segments') AS g WHERE g.type = 'text';
