-- What has ended is removed after a while, oldest first.
CREATE INDEX runs_ended ON runs (parked_at) WHERE status IN ('done', 'cancelled');
CREATE INDEX digests_closed ON digests (closed_at) WHERE closed_at > 0;
