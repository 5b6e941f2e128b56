-- One record with one issue under one item, and what both were last seen to agree on.
CREATE TABLE link (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item        bigint NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    record      text NOT NULL,
    issue_id    text,
    issue_key   text,
    origin      text NOT NULL CONSTRAINT link_origin CHECK (origin IN ('manual', 'auto')),
    state       text NOT NULL DEFAULT 'active'
                CONSTRAINT link_state CHECK (state IN ('active', 'unlinked', 'gone')),
    base        jsonb NOT NULL DEFAULT '{}',
    findings    jsonb NOT NULL DEFAULT '[]',
    record_seen timestamptz,
    issue_seen  timestamptz,
    synced_at   timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT link_item_record UNIQUE (item, record),
    CONSTRAINT link_issue_id_with_key CHECK ((issue_id IS NULL) = (issue_key IS NULL))
);

CREATE INDEX link_by_issue ON link (issue_id, item) WHERE issue_id IS NOT NULL;

-- A comment and its copy; a comment has one copy under a link.
CREATE TABLE pair (
    link       bigint NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    salesforce text NOT NULL,
    jira       text NOT NULL,
    origin     text NOT NULL CONSTRAINT pair_origin CHECK (origin IN ('salesforce', 'jira')),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pair_salesforce_once PRIMARY KEY (link, salesforce),
    CONSTRAINT pair_jira_once UNIQUE (link, jira)
);
