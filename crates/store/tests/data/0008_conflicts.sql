UPDATE link SET base = '{"fields": {}, "held": {"Subject:summary": {"salesforce": {"type": "text", "value": "a"},
    "jira": {"type": "text", "value": "b"}}}}' WHERE issue_id IS NOT NULL;
INSERT INTO audit (link, item, item_version, correlation, cause, step, subject, outcome, before, after, reason)
    SELECT id, item, 1, 'c-7', 'sweep', 'hold', 'Subject:summary', 'noted', 'null', 'null', 'null' FROM link;
