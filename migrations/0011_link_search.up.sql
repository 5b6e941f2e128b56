-- What a link is found by, besides its ids. Apart from the link, so that a commit that changes no text
-- touches none of these indexes. The words are cut by the program: no configuration, no locale.
CREATE TABLE link_text (
    link    bigint PRIMARY KEY REFERENCES link (id) ON DELETE CASCADE,
    title   text NOT NULL,
    summary text NOT NULL,
    -- Every key that the issue was ever seen under.
    keys    text[] NOT NULL,
    words   tsvector NOT NULL
);

CREATE INDEX link_text_words ON link_text USING gin (words);
CREATE INDEX link_text_keys ON link_text USING gin (keys);

-- Links that are there already are found by their keys; their texts come with their next commits.
INSERT INTO link_text (link, title, summary, keys, words)
    SELECT id, '', '', ARRAY[upper(issue_key)], '' FROM link WHERE issue_key IS NOT NULL;

-- The links of an item in their order, those with findings, and those that are not kept in step.
CREATE INDEX IF NOT EXISTS link_by_item ON link (item, id) INCLUDE (state);
CREATE INDEX IF NOT EXISTS link_with_findings ON link (id) WHERE findings <> '[]';
CREATE INDEX IF NOT EXISTS link_inactive ON link (id) WHERE state <> 'active';
-- Those that no commit has written yet.
CREATE INDEX IF NOT EXISTS link_never_synced ON link (id) WHERE base = '{}';
