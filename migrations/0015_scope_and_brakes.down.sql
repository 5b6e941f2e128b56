DROP INDEX link_batch;
ALTER TABLE item DROP COLUMN deletes_until;
ALTER TABLE pair DROP COLUMN gone_at;
ALTER TABLE item DROP COLUMN left_asked, DROP COLUMN round_asked, DROP COLUMN round_began_at;
ALTER TABLE link DROP COLUMN issue_left;
