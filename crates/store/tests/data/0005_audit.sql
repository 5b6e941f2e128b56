INSERT INTO audit (link, item, correlation, cause, step, subject, side, outcome, before, after, reason)
    SELECT id, item, 'c-1', 'webhook', 'edit_issue', 'Subject:summary', 'jira', 'done', '"a"', '"b"', '{}'
    FROM link;
INSERT INTO audit (at, correlation, cause, step, subject, outcome, before, after, reason)
    VALUES ('2001-01-01', 'c-0', 'person', 'pause', 'support', 'noted', 'null', 'null', 'null');
