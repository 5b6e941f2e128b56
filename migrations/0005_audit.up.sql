-- What was done and why. No foreign keys: the trail outlives what it tells of.
CREATE SEQUENCE audit_id;

CREATE TABLE audit (
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    id          bigint NOT NULL DEFAULT nextval('audit_id'),
    link        bigint,
    item        bigint,
    correlation text NOT NULL,
    cause       text NOT NULL,
    step        text NOT NULL,
    subject     text NOT NULL,
    side        text CONSTRAINT audit_side CHECK (side IN ('salesforce', 'jira')),
    outcome     text NOT NULL CONSTRAINT audit_outcome CHECK (outcome IN ('done', 'refused', 'noted')),
    code        text,
    before      jsonb NOT NULL,
    after       jsonb NOT NULL,
    reason      jsonb NOT NULL,
    actor       text,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);

CREATE INDEX audit_by_link ON audit (link, at DESC) WHERE link IS NOT NULL;

-- Takes the rows that no month has. It stays empty while the tick makes the months ahead.
CREATE TABLE audit_default PARTITION OF audit DEFAULT;

-- Makes the partition of this month and of the given number of months after it. Rows that the
-- default partition already holds for a month move into that month's partition.
CREATE FUNCTION audit_ensure_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    this_month constant timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month      timestamp;
    lower_end  timestamptz;
    upper_end  timestamptz;
    part       text;
    made       integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
    FOR ahead IN 0..months_ahead LOOP
        month := this_month + make_interval(months => ahead);
        lower_end := month AT TIME ZONE 'UTC';
        upper_end := (month + interval '1 month') AT TIME ZONE 'UTC';
        part := 'audit_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE audit INCLUDING ALL)', part);
        EXECUTE format(
            'WITH moved AS (DELETE FROM audit_default WHERE at >= %L AND at < %L RETURNING *) '
            'INSERT INTO %I SELECT * FROM moved', lower_end, upper_end, part);
        EXECUTE format(
            'ALTER TABLE audit ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            part, lower_end, upper_end);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

SELECT audit_ensure_partitions(3);
