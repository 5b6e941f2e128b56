INSERT INTO connection (name, kind, base_url, secret, secret_key, state, pause_code) VALUES
    ('acme-sf', 'salesforce', 'https://acme.my.salesforce.com', '\x00', 'k1', 'paused', 'LS-SF-001'),
    ('acme-jira', 'jira', 'https://acme.atlassian.net', '\x00', 'k1', 'active', NULL);
