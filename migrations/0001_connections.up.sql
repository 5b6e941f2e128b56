-- One Salesforce org or one Jira site, with its sealed credentials.
CREATE TABLE connection (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name               text NOT NULL CONSTRAINT connection_name_taken UNIQUE,
    kind               text NOT NULL CONSTRAINT connection_kind CHECK (kind IN ('salesforce', 'jira')),
    base_url           text NOT NULL,
    settings           jsonb NOT NULL DEFAULT '{}',
    secret             bytea NOT NULL,
    secret_key         text NOT NULL,
    webhook_secret     bytea,
    webhook_secret_key text,
    state              text NOT NULL DEFAULT 'active'
                       CONSTRAINT connection_state CHECK (state IN ('active', 'paused')),
    pause_code         text,
    pause_detail       text NOT NULL DEFAULT '',
    hold_until         timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT connection_pause_has_code CHECK ((state = 'paused') = (pause_code IS NOT NULL)),
    CONSTRAINT connection_webhook_secret_has_key
        CHECK ((webhook_secret IS NULL) = (webhook_secret_key IS NULL))
);
