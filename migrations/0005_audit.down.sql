DROP FUNCTION audit_ensure_partitions(integer);
DROP TABLE audit;
DROP SEQUENCE audit_id;
