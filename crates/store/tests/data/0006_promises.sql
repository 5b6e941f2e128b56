INSERT INTO promise (job, published_at, kept_at) VALUES ('{}', now(), now()), ('{}', NULL, NULL);
INSERT INTO dead_letter (identity, raw, code, detail, attempts) VALUES ('raw:1', '\x00', 'LS-LS-002', 'no JSON', 1);
INSERT INTO dead_letter (identity, raw, code, detail, attempts, state, settled_at, settled_by, promise)
    SELECT 'job:1', '\x7b7d', 'LS-LS-004', 'spent', 8, 'replayed', now(), 'ann', min(id) FROM promise;
