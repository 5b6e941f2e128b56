-- Jobs that must not be lost: what a person asked for, and what waits longer than the ladder.
CREATE TABLE promise (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job          jsonb NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    due_at       timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz,
    kept_at      timestamptz
);

CREATE INDEX promise_due ON promise (due_at, id) WHERE kept_at IS NULL;

-- Jobs that were given up, with the reason.
CREATE TABLE dead_letter (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity    text NOT NULL CONSTRAINT dead_letter_once UNIQUE,
    job         jsonb,
    raw         bytea NOT NULL,
    code        text NOT NULL,
    detail      text NOT NULL,
    attempts    integer NOT NULL,
    first_seen  timestamptz,
    correlation text,
    buried_at   timestamptz NOT NULL DEFAULT now(),
    state       text NOT NULL DEFAULT 'waiting'
                CONSTRAINT dead_letter_state CHECK (state IN ('waiting', 'replayed', 'discarded')),
    settled_at  timestamptz,
    settled_by  text,
    promise     bigint REFERENCES promise (id) ON DELETE SET NULL,
    CONSTRAINT dead_letter_settled
        CHECK ((state = 'waiting') = (settled_at IS NULL) AND (settled_at IS NULL) = (settled_by IS NULL))
);

CREATE INDEX dead_letter_waiting ON dead_letter (id DESC) WHERE state = 'waiting';
