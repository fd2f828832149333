DROP TABLE source_hooks;
