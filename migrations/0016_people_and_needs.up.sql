-- How somebody reads times: in which zone (UTC where none was chosen), and exact or told from now.
ALTER TABLE account
    ADD COLUMN time_zone   text,
    ADD COLUMN exact_times boolean NOT NULL DEFAULT false;

-- A link by which the owner of an account sets its password, once. Of its token only a SHA-256 is kept.
CREATE TABLE invitation (
    account    bigint PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    token_hash bytea NOT NULL CONSTRAINT invitation_once UNIQUE,
    expires_at timestamptz NOT NULL
);

-- What people have agreed on about a group of what needs somebody: put off until then, and whose it is.
CREATE TABLE need_group (
    kind          text NOT NULL,
    code          text NOT NULL,
    snoozed_until timestamptz,
    account       bigint REFERENCES account (id) ON DELETE SET NULL,
    PRIMARY KEY (kind, code)
);

-- Links on which a brake holds deletes: few, but an item's page asks for them each time.
CREATE INDEX IF NOT EXISTS link_braked ON link (item)
    WHERE findings @> '[{"code": "LS-MD-031"}]' OR findings @> '[{"code": "LS-MD-033"}]';
