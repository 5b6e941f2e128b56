-- A file and its copy, or a file whose content the other side has by another name. Written while a
-- link is worked on, as soon as a copy is made: what was copied once is never copied again.
CREATE TABLE file_pair (
    link       bigint NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    salesforce text,
    jira       text,
    origin     text NOT NULL CONSTRAINT file_pair_origin CHECK (origin IN ('salesforce', 'jira')),
    name       text NOT NULL,
    size       bigint NOT NULL,
    hash       text NOT NULL,
    noted      boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT file_pair_names_a_file CHECK (salesforce IS NOT NULL OR jira IS NOT NULL),
    CONSTRAINT file_pair_salesforce_once UNIQUE (link, salesforce),
    CONSTRAINT file_pair_jira_once UNIQUE (link, jira)
);
