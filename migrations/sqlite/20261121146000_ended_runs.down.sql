DROP INDEX digests_closed;
DROP INDEX runs_ended;
