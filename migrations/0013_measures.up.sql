-- What workers count, by the minute: the same figures as on /metrics, kept for pages. A tick deletes
-- what is older than five weeks.
CREATE TABLE measure (
    series  text NOT NULL,
    label   text NOT NULL,
    minute  timestamptz NOT NULL,
    count   bigint NOT NULL,
    sum     double precision NOT NULL,
    -- How many were no greater than each bound, and than none; empty of what is only counted.
    buckets bigint[] NOT NULL,
    PRIMARY KEY (series, minute, label)
);

CREATE INDEX measure_age ON measure (minute);

-- How much of an org's daily calls was used when an answer last told it.
CREATE TABLE connection_usage (
    connection bigint PRIMARY KEY REFERENCES connection (id) ON DELETE CASCADE,
    used       bigint NOT NULL,
    max        bigint NOT NULL,
    seen_at    timestamptz NOT NULL
);
