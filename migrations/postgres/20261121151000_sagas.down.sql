DROP TABLE saga_signals;
DROP TABLE saga_transitions;
DROP FUNCTION saga_story_stays;
DROP TABLE saga_steps;
DROP TABLE sagas;
