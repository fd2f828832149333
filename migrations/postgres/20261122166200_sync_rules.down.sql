-- What the old way cannot say is by hand again.
UPDATE syncs SET document = jsonb_set(document::jsonb, '{schedule}', CASE
    WHEN document::jsonb #>> '{schedule,rule,kind}' = 'every' AND document::jsonb #>> '{schedule,rule,every,unit}' = 'minute'
        THEN jsonb_build_object('kind', 'every', 'minutes', document::jsonb #> '{schedule,rule,every,n}')
    WHEN document::jsonb #>> '{schedule,rule,kind}' = 'daily'
        THEN jsonb_build_object('kind', 'daily', 'at', document::jsonb #> '{schedule,rule,times,0}', 'zone', document::jsonb #> '{schedule,zone}')
    ELSE jsonb_build_object('kind', 'manual') END)::text;
