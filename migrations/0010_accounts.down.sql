DROP TABLE oidc_login;
DROP TABLE setup;
DROP TABLE api_token;
DROP TABLE login_failure;
DROP TABLE session;
DROP TABLE account;
