-- What a category does unless the recipient says otherwise: defaults, quiet
-- hours, cadence, cap; a JSON document, empty where nothing is said.
ALTER TABLE categories ADD COLUMN policy TEXT NOT NULL DEFAULT '';

-- Whether the recipient has quiet hours: only then is a message asked again
-- because the hour has changed.
ALTER TABLE preferences ADD COLUMN quiet BOOLEAN NOT NULL DEFAULT FALSE;

-- Why a held message waits; stays until its preferences were asked again.
ALTER TABLE messages ADD COLUMN held_for TEXT NOT NULL DEFAULT '';
