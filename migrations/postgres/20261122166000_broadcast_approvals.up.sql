-- What waits of broadcasts stands in the queue of approvals, one row for each
-- submission that was frozen.
INSERT INTO approvals (id, kind, key, version, base_version, title, note, hash, authors, state, submitted_by, submitted_at, decided_by, decided_at, published_at)
SELECT 'apr_' || substr(id, 5), 'broadcast', id, revision, 0, name, note, hash, authors,
    CASE WHEN state = 'submitted' THEN 'waiting' WHEN state = 'rejected' THEN 'rejected' ELSE 'approved' END,
    submitted_by, submitted_at, decided_by, decided_at, started_at
FROM broadcasts
WHERE hash <> '' AND (state = 'submitted' OR decided_at > 0);
