DROP TABLE broadcast_tallies;
