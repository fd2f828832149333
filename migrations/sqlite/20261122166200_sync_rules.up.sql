-- When a sync runs is a rule, as schedules have them.
UPDATE syncs SET document = json_set(document, '$.schedule', json(CASE json_extract(document, '$.schedule.kind')
    WHEN 'every' THEN json_object('rule', json_object('kind', 'every', 'every', json_object('n', json_extract(document, '$.schedule.minutes'), 'unit', 'minute')))
    WHEN 'daily' THEN json_object('rule', json_object('kind', 'daily', 'times', json_array(json_extract(document, '$.schedule.at'))), 'zone', json_extract(document, '$.schedule.zone'))
    ELSE json_object('rule', NULL) END))
WHERE json_extract(document, '$.schedule.kind') IS NOT NULL;
