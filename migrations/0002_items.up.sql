-- A connected item as its administrator wrote it, and where its sweep stands.
CREATE TABLE item (
    id                   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                 text NOT NULL CONSTRAINT item_name_taken UNIQUE,
    salesforce           bigint NOT NULL
                         CONSTRAINT item_uses_salesforce_connection REFERENCES connection (id),
    jira                 bigint NOT NULL
                         CONSTRAINT item_uses_jira_connection REFERENCES connection (id),
    document             jsonb NOT NULL,
    extra                jsonb NOT NULL,
    version              integer NOT NULL DEFAULT 1 CONSTRAINT item_version_positive CHECK (version > 0),
    state                text NOT NULL DEFAULT 'active'
                         CONSTRAINT item_state CHECK (state IN ('active', 'paused')),
    sweep_seconds        integer NOT NULL CONSTRAINT item_sweep_positive CHECK (sweep_seconds > 0),
    next_sweep_at        timestamptz NOT NULL DEFAULT now(),
    cursor_salesforce_at timestamptz,
    cursor_salesforce_id text,
    cursor_jira_at       timestamptz,
    swept_at             timestamptz,
    sweep_counts         jsonb,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX item_due ON item (next_sweep_at) WHERE state = 'active';
CREATE INDEX item_by_jira ON item (jira);

-- Every version that was ever applied.
CREATE TABLE item_version (
    item       bigint NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    version    integer NOT NULL,
    document   jsonb NOT NULL,
    extra      jsonb NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (item, version)
);
