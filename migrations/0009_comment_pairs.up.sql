-- A comment may have several copies, one a part of it, and a pair knows what both sides showed when
-- they were last in step (as digests; none until it was seen).
ALTER TABLE pair
    ADD COLUMN part             integer NOT NULL DEFAULT 0,
    ADD COLUMN public           boolean NOT NULL DEFAULT false,
    ADD COLUMN salesforce_shows text,
    ADD COLUMN jira_shows       text,
    ADD COLUMN closed           boolean NOT NULL DEFAULT false;

ALTER TABLE pair DROP CONSTRAINT pair_salesforce_once, DROP CONSTRAINT pair_jira_once;
ALTER TABLE pair ADD CONSTRAINT pair_once PRIMARY KEY (link, salesforce, jira);

-- A part of a comment has one copy, and a copy holds one part.
CREATE UNIQUE INDEX pair_part_once ON pair
    (link, origin, (CASE origin WHEN 'jira' THEN jira ELSE salesforce END), part);
CREATE UNIQUE INDEX pair_copy_once ON pair
    (link, origin, (CASE origin WHEN 'jira' THEN salesforce ELSE jira END));
