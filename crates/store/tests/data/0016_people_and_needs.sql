UPDATE account SET time_zone = 'Europe/Berlin', exact_times = true;
INSERT INTO invitation (account, token_hash, expires_at) SELECT id, 'token', now() + interval '1 day' FROM account LIMIT 1;
INSERT INTO need_group (kind, code, snoozed_until, account)
    SELECT 'finding', 'LS-MD-001', now() + interval '1 hour', id FROM account LIMIT 1;
