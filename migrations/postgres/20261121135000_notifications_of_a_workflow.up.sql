-- PostgreSQL answers without an index, which every notification would pay for.
SELECT 1;
