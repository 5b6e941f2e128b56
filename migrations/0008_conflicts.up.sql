-- By which version of its item a step was done; not known of the steps before this migration.
ALTER TABLE audit ADD COLUMN item_version integer;

-- Links with a conflict that waits for a person.
CREATE INDEX IF NOT EXISTS link_held ON link (id) WHERE base ? 'held';
