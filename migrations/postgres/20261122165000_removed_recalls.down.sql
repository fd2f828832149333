DROP TABLE removed_recalls;
