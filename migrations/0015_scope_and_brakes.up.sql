-- Issues that have left their item's project or issue type: no search lists them, so the sweep asks for
-- them by their ids.
ALTER TABLE link ADD COLUMN issue_left boolean NOT NULL DEFAULT false;
CREATE INDEX IF NOT EXISTS link_issue_left ON link (item, id) WHERE issue_left;

-- Up to which link an item's sweep has asked by id: of those that have left, and in the daily round of
-- all links, while one is under way.
ALTER TABLE item
    ADD COLUMN left_asked     bigint NOT NULL DEFAULT 0,
    ADD COLUMN round_asked    bigint,
    ADD COLUMN round_began_at timestamptz;

-- Since when a comment is missed, and until when somebody lets all deletes of an item through.
ALTER TABLE pair ADD COLUMN gone_at timestamptz;
CREATE INDEX IF NOT EXISTS pair_gone ON pair (link) WHERE gone_at IS NOT NULL;
ALTER TABLE item ADD COLUMN deletes_until timestamptz;

-- Links with a difference that waits for the item's batch.
CREATE INDEX IF NOT EXISTS link_batch ON link (item, id) WHERE base ? 'batch';
