DROP TRIGGER saga_story_stays;
CREATE TRIGGER saga_story_stays BEFORE DELETE ON saga_transitions BEGIN
    SELECT RAISE(ABORT, 'the transitions of sagas are append-only');
END;
DROP INDEX sagas_ended;
