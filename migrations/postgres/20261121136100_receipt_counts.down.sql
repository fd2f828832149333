DROP TABLE receipt_counts;
