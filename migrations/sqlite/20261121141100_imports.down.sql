DROP TABLE import_faults;
DROP TABLE import_parts;
DROP TABLE imports;
