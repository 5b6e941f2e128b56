INSERT INTO audit (link, item, correlation, cause, step, subject, side, outcome, code, before, after, reason, actor)
    SELECT id, item, 'c-8', 'person', 'unlink', 'SUP-1', 'jira', 'refused', 'LS-JR-001', 'null', 'null', 'null', 'ann'
    FROM link;
