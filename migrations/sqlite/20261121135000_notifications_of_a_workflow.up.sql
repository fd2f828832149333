-- SQLite walks its one table for a workflow nobody was notified by; 100,000 rows
-- took 90 ms.
CREATE INDEX notifications_workflow ON notifications (workflow, id);
