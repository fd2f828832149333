-- SQLite reads the choices where they are and counts in one process: nothing to
-- change here.
SELECT 1;
