DROP TABLE saga_signals;
DROP TABLE saga_transitions;
DROP TABLE saga_steps;
DROP TABLE sagas;
