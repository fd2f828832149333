DELETE FROM approval_comments WHERE approval_id IN (SELECT id FROM approvals WHERE kind = 'broadcast');
DELETE FROM approvals WHERE kind = 'broadcast';
