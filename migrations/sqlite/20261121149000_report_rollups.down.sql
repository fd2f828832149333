DROP TABLE report_progress;
DROP TABLE report_slots;
DROP TABLE report_rollups;
DROP TABLE report_dims;
