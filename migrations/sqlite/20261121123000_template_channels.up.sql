-- The channels a version says something for, with a blank around each, so that a
-- list of templates can be picked by channel without reading what they say.
ALTER TABLE template_versions ADD COLUMN channels TEXT NOT NULL DEFAULT '';
UPDATE template_versions SET channels = coalesce((SELECT ' ' || group_concat(key, ' ') || ' '
    FROM json_each(definition, '$.channels')), '') WHERE json_type(definition, '$.channels') = 'object';
