-- When a sync runs is a rule, as schedules have them.
UPDATE syncs SET document = jsonb_set(document::jsonb, '{schedule}', CASE document::jsonb #>> '{schedule,kind}'
    WHEN 'every' THEN jsonb_build_object('rule', jsonb_build_object('kind', 'every', 'every', jsonb_build_object('n', document::jsonb #> '{schedule,minutes}', 'unit', 'minute')))
    WHEN 'daily' THEN jsonb_build_object('rule', jsonb_build_object('kind', 'daily', 'times', jsonb_build_array(document::jsonb #> '{schedule,at}')), 'zone', document::jsonb #> '{schedule,zone}')
    ELSE jsonb_build_object('rule', NULL) END)::text
WHERE document::jsonb #> '{schedule,kind}' IS NOT NULL;
