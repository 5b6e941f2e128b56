DROP INDEX link_held;
ALTER TABLE audit DROP COLUMN item_version;
