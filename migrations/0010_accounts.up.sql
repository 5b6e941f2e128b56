-- Who may use the console, and as what. An account is disabled, never deleted: the trail names it.
CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL CONSTRAINT account_has_name CHECK (btrim(name) <> ''),
    display_name  text NOT NULL,
    role          text NOT NULL
                  CONSTRAINT account_role CHECK (role IN ('viewer', 'operator', 'configurator', 'admin')),
    password_hash text,
    -- Issuer and subject of an account that signs in through an identity provider.
    subject       text CONSTRAINT account_subject_taken UNIQUE,
    disabled      boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    signed_in_at  timestamptz
);

CREATE UNIQUE INDEX account_name_taken ON account (lower(name));

-- Who is signed in. Of a token only its SHA-256 is kept.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    account    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

CREATE INDEX session_by_account ON session (account);
CREATE INDEX session_expiry ON session (expires_at);

-- Passwords that were wrong, to slow down who guesses.
CREATE TABLE login_failure (
    name    text NOT NULL,
    address text NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX login_failure_by_name ON login_failure (name, at);
CREATE INDEX login_failure_by_address ON login_failure (address, at);
CREATE INDEX login_failure_age ON login_failure (at);

-- What programs sign in with.
CREATE TABLE api_token (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL,
    token_hash   bytea NOT NULL CONSTRAINT api_token_once UNIQUE,
    account      bigint NOT NULL CONSTRAINT api_token_of_account REFERENCES account (id) ON DELETE CASCADE,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

CREATE INDEX api_token_by_account ON api_token (account);

-- The one token by which the first administrator is made.
CREATE TABLE setup (
    single     boolean PRIMARY KEY DEFAULT true CONSTRAINT setup_once CHECK (single),
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Sign-ins that an identity provider is asked about right now.
CREATE TABLE oidc_login (
    state_hash   bytea PRIMARY KEY,
    nonce        text NOT NULL,
    verifier     bytea NOT NULL,
    verifier_key text NOT NULL,
    return_to    text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX oidc_login_age ON oidc_login (created_at);
