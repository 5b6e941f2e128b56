INSERT INTO lease (link, owner, job, fence, wanted, expires_at)
    SELECT id, 'worker-1', gen_random_uuid(), 3, 1, now() FROM link WHERE issue_id IS NOT NULL;
INSERT INTO lease (link, fence, expires_at) SELECT id, 1, now() FROM link WHERE issue_id IS NULL;
INSERT INTO effect (key, link, kind, request_hash, state, fence, external_id)
    SELECT 'create:' || id, id, 'create_issue', 'h', 'done', 1, '10001' FROM link WHERE origin = 'manual';
INSERT INTO effect (key, link, kind, request_hash, state, fence)
    SELECT 'create:' || id, id, 'create_issue', 'h', 'intent', 1 FROM link WHERE origin = 'auto';
