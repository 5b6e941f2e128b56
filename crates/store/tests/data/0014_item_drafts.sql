INSERT INTO item_draft (account, item, base_version, base, typed)
    SELECT account.id, item.id, 1, item.document, '{"name": ["support"]}'
    FROM account, item WHERE account.role = 'admin' LIMIT 1;
INSERT INTO item_draft (account, base, typed) SELECT id, '{}', '{}' FROM account WHERE role = 'admin';
