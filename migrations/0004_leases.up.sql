-- Who works on a link now. The fence grows with every holder; the database's clock alone counts.
CREATE TABLE lease (
    link       bigint PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
    owner      text,
    job        uuid,
    fence      bigint NOT NULL,
    wanted     bigint NOT NULL DEFAULT 0,
    -- The latest version of the issue that a hint told while the lease was held.
    wanted_version timestamptz,
    expires_at timestamptz NOT NULL,
    CONSTRAINT lease_owner_with_job CHECK ((owner IS NULL) = (job IS NULL))
);

-- The ledger: one row for each external write that must happen once.
CREATE TABLE effect (
    key          text PRIMARY KEY,
    link         bigint NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    kind         text NOT NULL,
    request_hash text NOT NULL,
    state        text NOT NULL CONSTRAINT effect_state CHECK (state IN ('intent', 'done', 'failed')),
    fence        bigint NOT NULL,
    external_id  text,
    external_key text,
    detail       text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT effect_done_has_id CHECK ((state = 'done') = (external_id IS NOT NULL))
);

CREATE INDEX effect_by_link ON effect (link);
CREATE INDEX effect_unsettled ON effect (updated_at) WHERE state = 'intent';
