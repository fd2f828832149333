DROP INDEX attempts_newest;
