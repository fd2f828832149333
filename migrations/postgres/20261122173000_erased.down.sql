DROP INDEX recipients_erased;
