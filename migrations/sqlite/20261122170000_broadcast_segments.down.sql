DROP TABLE broadcast_segments;
