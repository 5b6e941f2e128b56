INSERT INTO account (name, display_name, role, password_hash, subject, disabled) VALUES
    ('ann@acme.example', 'Ann', 'admin', '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA', NULL, false),
    ('bob@acme.example', 'Bob', 'viewer', NULL, 'https://login.acme.example|42', true);
INSERT INTO session (token_hash, account, user_agent, expires_at)
    SELECT sha256('s1'), id, 'Firefox', now() + interval '1 day' FROM account WHERE role = 'admin';
INSERT INTO login_failure (name, address) VALUES ('ann@acme.example', '192.0.2.7');
INSERT INTO api_token (name, token_hash, account, scopes)
    SELECT 'nightly', sha256('t1'), id, '{links.read}' FROM account WHERE role = 'admin';
INSERT INTO setup (token_hash, expires_at) VALUES (sha256('first'), now());
INSERT INTO oidc_login (state_hash, nonce, verifier, verifier_key, return_to)
    VALUES (sha256('state'), 'n', '\x00', 'k1', '/');
