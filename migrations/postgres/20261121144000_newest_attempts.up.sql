-- Newest attempts are found by their ids, which begin with the time: a range
-- index costs next to nothing to keep where rows come in that order.
CREATE INDEX attempts_newest ON attempts USING brin (id) WITH (pages_per_range = 32, autosummarize = on);
