DROP INDEX notifications_workflow;
