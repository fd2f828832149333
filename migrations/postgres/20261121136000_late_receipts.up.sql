-- When the vendor said that this attempt arrived, although a later one had begun:
-- what fails afterwards must not end the message as failed.
ALTER TABLE attempts ADD COLUMN delivered_at BIGINT NOT NULL DEFAULT 0;
