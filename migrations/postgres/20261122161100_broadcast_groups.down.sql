DROP TABLE broadcast_groups;
