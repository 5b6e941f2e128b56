INSERT INTO pair (link, salesforce, jira, origin, part, public, salesforce_shows, jira_shows, closed)
    SELECT min(id), '00axx0000000002AAA', '20002', 'jira', 0, true, 'a1', 'b2', false FROM link;
INSERT INTO pair (link, salesforce, jira, origin, part, closed)
    SELECT min(id), '00axx0000000003AAA', '20002', 'jira', 1, true FROM link;
