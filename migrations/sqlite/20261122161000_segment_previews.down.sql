-- SQLite finds the newest attempts by their primary key, which PostgreSQL no longer
-- has: nothing to change here.
SELECT 1;
