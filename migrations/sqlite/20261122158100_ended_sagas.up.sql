-- What has ended is removed after a while, oldest first. A story is never changed,
-- and goes only with its saga.
CREATE INDEX sagas_ended ON sagas (ended_at) WHERE state IN ('completed', 'compensated');
DROP TRIGGER saga_story_stays;
CREATE TRIGGER saga_story_stays BEFORE DELETE ON saga_transitions
WHEN EXISTS (SELECT 1 FROM sagas WHERE id = OLD.saga_id) BEGIN
    SELECT RAISE(ABORT, 'the transitions of sagas are append-only');
END;
