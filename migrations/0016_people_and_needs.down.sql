DROP INDEX link_braked;
DROP TABLE need_group;
DROP TABLE invitation;
ALTER TABLE account DROP COLUMN exact_times, DROP COLUMN time_zone;
