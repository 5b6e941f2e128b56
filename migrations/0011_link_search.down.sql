DROP INDEX link_by_item, link_with_findings, link_inactive, link_never_synced;
DROP TABLE link_text;
