DELETE FROM pair WHERE part > 0;
DROP INDEX pair_part_once, pair_copy_once;
ALTER TABLE pair DROP CONSTRAINT pair_once;
ALTER TABLE pair
    ADD CONSTRAINT pair_salesforce_once PRIMARY KEY (link, salesforce),
    ADD CONSTRAINT pair_jira_once UNIQUE (link, jira),
    DROP COLUMN part,
    DROP COLUMN public,
    DROP COLUMN salesforce_shows,
    DROP COLUMN jira_shows,
    DROP COLUMN closed;
