DROP TABLE sync_faults;
DROP TABLE sync_people;
DROP TABLE sync_runs;
DROP TABLE syncs;
