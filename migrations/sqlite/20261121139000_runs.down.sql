DROP TABLE throttles;
DROP TABLE digest_items;
DROP TABLE digests;
DROP TABLE runs;
