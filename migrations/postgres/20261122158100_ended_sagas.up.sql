-- What has ended is removed after a while, oldest first. A story is never changed,
-- and goes only with its saga.
CREATE INDEX sagas_ended ON sagas (ended_at) WHERE state IN ('completed', 'compensated');
DROP TRIGGER saga_story_stays ON saga_transitions;
CREATE TRIGGER saga_story_stays BEFORE UPDATE OR TRUNCATE ON saga_transitions
    FOR EACH STATEMENT EXECUTE FUNCTION saga_story_stays();
CREATE FUNCTION saga_story_goes_with_its_saga() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM sagas WHERE id = OLD.saga_id) THEN
        RAISE EXCEPTION 'the transitions of sagas are append-only';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER saga_story_goes_with_its_saga BEFORE DELETE ON saga_transitions
    FOR EACH ROW EXECUTE FUNCTION saga_story_goes_with_its_saga();
