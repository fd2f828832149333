-- What the old way cannot say is by hand again.
UPDATE syncs SET document = json_set(document, '$.schedule', json(CASE
    WHEN json_extract(document, '$.schedule.rule.kind') = 'every' AND json_extract(document, '$.schedule.rule.every.unit') = 'minute'
        THEN json_object('kind', 'every', 'minutes', json_extract(document, '$.schedule.rule.every.n'))
    WHEN json_extract(document, '$.schedule.rule.kind') = 'daily'
        THEN json_object('kind', 'daily', 'at', json_extract(document, '$.schedule.rule.times[0]'), 'zone', json_extract(document, '$.schedule.zone'))
    ELSE json_object('kind', 'manual') END));
