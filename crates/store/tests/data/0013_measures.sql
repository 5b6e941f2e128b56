INSERT INTO measure (series, label, minute, count, sum, buckets) VALUES
    ('latency', 'salesforce_to_jira', date_trunc('minute', now()), 2, 3.5, '{0,1,0,1,0,0,0,0,0,0,0,0,0}'),
    ('changes', 'salesforce_to_jira', date_trunc('minute', now()), 2, 0, '{}');
INSERT INTO connection_usage (connection, used, max, seen_at)
    SELECT id, 18, 15000, now() FROM connection WHERE kind = 'salesforce';
