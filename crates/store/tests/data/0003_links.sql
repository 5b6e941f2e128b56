INSERT INTO link (item, record, issue_id, issue_key, origin, base, findings)
    SELECT id, '500xx000000bZbZAAU', '10001', 'SUP-1', 'manual', '{"fields": {}}', '[]' FROM item;
INSERT INTO link (item, record, origin) SELECT id, '500xx000000bZbaAAE', 'auto' FROM item;
INSERT INTO pair (link, salesforce, jira, origin)
    SELECT min(id), '00axx0000000001AAA', '20001', 'jira' FROM link;
