DROP TRIGGER saga_story_goes_with_its_saga ON saga_transitions;
DROP FUNCTION saga_story_goes_with_its_saga();
DROP TRIGGER saga_story_stays ON saga_transitions;
CREATE TRIGGER saga_story_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON saga_transitions
    FOR EACH STATEMENT EXECUTE FUNCTION saga_story_stays();
DROP INDEX sagas_ended;
