-- The channels a version says something for, with a blank around each, so that a
-- list of templates can be picked by channel without reading what they say.
ALTER TABLE template_versions ADD COLUMN channels TEXT NOT NULL DEFAULT '';
UPDATE template_versions SET channels = coalesce((SELECT ' ' || string_agg(key, ' ') || ' '
    FROM json_object_keys(definition::json -> 'channels') AS key), '') WHERE json_typeof(definition::json -> 'channels') = 'object';
