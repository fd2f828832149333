DROP TABLE vendor_tokens;
