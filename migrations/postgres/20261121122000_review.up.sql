-- What goes out is reviewed: a version is a draft, in review or approved until it
-- is published; what was published never changes. Which published version is
-- live is the head's pointer, so going back is moving it.
ALTER TABLE templates ADD COLUMN folder TEXT NOT NULL DEFAULT '';
ALTER TABLE templates ADD COLUMN retired_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN retired_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX templates_folder ON templates (folder, key);

-- Layouts and partials get heads of their own.
CREATE TABLE layout_heads (
    key          TEXT PRIMARY KEY,
    live_version INTEGER NOT NULL,
    retired_at   BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
INSERT INTO layout_heads (key, live_version, created_at, updated_at)
    SELECT key, max(version), min(created_at), max(created_at) FROM layouts GROUP BY key;

CREATE TABLE partial_heads (
    key          TEXT PRIMARY KEY,
    live_version INTEGER NOT NULL,
    retired_at   BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE TABLE partials (
    key        TEXT NOT NULL,
    version    INTEGER NOT NULL,
    definition TEXT NOT NULL,
    created_by TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    PRIMARY KEY (key, version)
);
ALTER TABLE layouts ADD COLUMN created_by TEXT NOT NULL DEFAULT '';

ALTER TABLE template_versions ADD COLUMN state TEXT NOT NULL DEFAULT 'published';
ALTER TABLE template_versions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE template_versions ADD COLUMN editors TEXT NOT NULL DEFAULT '';
ALTER TABLE template_versions ADD COLUMN updated_by TEXT NOT NULL DEFAULT '';
ALTER TABLE template_versions ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE template_versions ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
ALTER TABLE template_versions ADD COLUMN published_at BIGINT NOT NULL DEFAULT 0;
UPDATE template_versions SET updated_by = created_by, updated_at = created_at, published_by = created_by, published_at = created_at;
CREATE UNIQUE INDEX template_versions_open ON template_versions (key) WHERE state IN ('draft', 'in_review', 'approved');

ALTER TABLE workflow_versions ADD COLUMN state TEXT NOT NULL DEFAULT 'published';
ALTER TABLE workflow_versions ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE workflow_versions ADD COLUMN editors TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_versions ADD COLUMN updated_by TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_versions ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workflow_versions ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
ALTER TABLE workflow_versions ADD COLUMN published_at BIGINT NOT NULL DEFAULT 0;
UPDATE workflow_versions SET updated_by = created_by, updated_at = created_at, published_by = created_by, published_at = created_at;
CREATE UNIQUE INDEX workflow_versions_open ON workflow_versions (key) WHERE state IN ('draft', 'in_review', 'approved');

ALTER TABLE layouts ADD COLUMN state TEXT NOT NULL DEFAULT 'published';
ALTER TABLE layouts ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE layouts ADD COLUMN editors TEXT NOT NULL DEFAULT '';
ALTER TABLE layouts ADD COLUMN updated_by TEXT NOT NULL DEFAULT '';
ALTER TABLE layouts ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE layouts ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
ALTER TABLE layouts ADD COLUMN published_at BIGINT NOT NULL DEFAULT 0;
UPDATE layouts SET updated_by = created_by, updated_at = created_at, published_by = created_by, published_at = created_at;
CREATE UNIQUE INDEX layouts_open ON layouts (key) WHERE state IN ('draft', 'in_review', 'approved');

ALTER TABLE partials ADD COLUMN state TEXT NOT NULL DEFAULT 'published';
ALTER TABLE partials ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
ALTER TABLE partials ADD COLUMN editors TEXT NOT NULL DEFAULT '';
ALTER TABLE partials ADD COLUMN updated_by TEXT NOT NULL DEFAULT '';
ALTER TABLE partials ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE partials ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
ALTER TABLE partials ADD COLUMN published_at BIGINT NOT NULL DEFAULT 0;
UPDATE partials SET updated_by = created_by, updated_at = created_at, published_by = created_by, published_at = created_at;
CREATE UNIQUE INDEX partials_open ON partials (key) WHERE state IN ('draft', 'in_review', 'approved');

CREATE TABLE approvals (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    key          TEXT NOT NULL,
    version      INTEGER NOT NULL,
    base_version INTEGER NOT NULL,
    title        TEXT NOT NULL,
    note         TEXT NOT NULL DEFAULT '',
    hash         TEXT NOT NULL,
    authors      TEXT NOT NULL,
    state        TEXT NOT NULL,
    submitted_by TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    decided_by   TEXT NOT NULL DEFAULT '',
    decided_at   BIGINT NOT NULL DEFAULT 0,
    published_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX approvals_state ON approvals (state, id);
CREATE INDEX approvals_subject ON approvals (kind, key, version);

-- What is said about an approval is only ever added to.
CREATE TABLE approval_comments (
    id          TEXT PRIMARY KEY,
    approval_id TEXT NOT NULL,
    section     TEXT NOT NULL DEFAULT '',
    body        TEXT NOT NULL,
    said_by     TEXT NOT NULL,
    said_at     BIGINT NOT NULL
);
CREATE INDEX approval_comments_approval ON approval_comments (approval_id, id);

-- Every move of a head's pointer, and who moved it.
CREATE TABLE publications (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    version     INTEGER NOT NULL,
    how         TEXT NOT NULL,
    note        TEXT NOT NULL DEFAULT '',
    approval_id TEXT NOT NULL DEFAULT '',
    done_by     TEXT NOT NULL,
    done_at     BIGINT NOT NULL
);
CREATE INDEX publications_subject ON publications (kind, key, id);
