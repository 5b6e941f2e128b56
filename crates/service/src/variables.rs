//! Every environment variable that Lockstep reads: the one table.

/// One variable.
#[derive(Debug, PartialEq, Eq)]
pub struct Variable {
    /// `LOCKSTEP_…`.
    pub name: &'static str,
    /// What holds where it is not set; `None`: it must be set.
    pub default: Option<&'static str>,
    /// A value as it might be.
    pub example: &'static str,
    /// What it is for.
    pub meaning: &'static str,
}

macro_rules! variables {
    ($($name:ident $text:literal = $default:expr, $example:literal, $meaning:literal;)*) => {
        $(
            #[doc = $meaning]
            pub static $name: Variable = Variable {
                name: $text, default: $default, example: $example, meaning: $meaning,
            };
        )*

        /// All of them, in the order of the documentation.
        pub static ALL: &[&Variable] = &[$(&$name,)*];
    };
}

variables! {
    DATABASE_URL "LOCKSTEP_DATABASE_URL" = None,
        "postgres://lockstep:password@db:5432/lockstep?sslmode=require",
        "Where Postgres is.";
    AMQP_URL "LOCKSTEP_AMQP_URL" = None,
        "amqp://lockstep:password@rabbitmq:5672/%2f",
        "Where RabbitMQ is.";
    QUEUE_PREFIX "LOCKSTEP_QUEUE_PREFIX" = Some("ls"), "ls",
        "What the names of all exchanges and queues begin with.";
    QUEUE_DECLARE "LOCKSTEP_QUEUE_DECLARE" = Some("true"), "false",
        "Whether to declare exchanges and queues; where the broker's user may not, start-up checks them.";
    KEYS "LOCKSTEP_KEYS" = None,
        "2026a:base64-of-32-bytes",
        "The keys that seal stored secrets, newest first, `name:base64` with commas between.";
    ALLOW_LOOPBACK "LOCKSTEP_ALLOW_LOOPBACK" = Some("false"), "true",
        "Whether connections may point at this machine. For simulators only.";
    LISTEN "LOCKSTEP_LISTEN" = Some("0.0.0.0:8080"), "0.0.0.0:8080",
        "Where the ingress and the console listen.";
    PUBLIC_URL "LOCKSTEP_PUBLIC_URL" = Some("http://127.0.0.1:8080"), "https://lockstep.example.com",
        "Where people reach the console: https, or http on this machine alone.";
    OIDC_ISSUER "LOCKSTEP_OIDC_ISSUER" = Some(""), "https://id.example.com",
        "The identity provider that people sign in to the console by, exactly as it writes itself; none where it is empty.";
    OIDC_CLIENT_ID "LOCKSTEP_OIDC_CLIENT_ID" = Some(""), "lockstep-console",
        "The id under which the console is registered there.";
    OIDC_CLIENT_SECRET "LOCKSTEP_OIDC_CLIENT_SECRET" = Some(""), "a-long-secret",
        "The secret that goes with it.";
    OIDC_ROLES "LOCKSTEP_OIDC_ROLES" = Some(""), "lockstep-admins=admin,support=operator,*=viewer",
        "Which groups lead to which role (`viewer`, `operator`, `configurator`, `admin`); `*` is everybody.";
    OIDC_GROUPS_CLAIM "LOCKSTEP_OIDC_GROUPS_CLAIM" = Some("groups"), "realm_access.roles",
        "The claim of the identity token that tells groups; dots lead into objects.";
    OIDC_SCOPES "LOCKSTEP_OIDC_SCOPES" = Some("openid profile email"), "openid profile email groups",
        "What is asked for at the identity provider, with blanks between.";
    OIDC_HOSTS "LOCKSTEP_OIDC_HOSTS" = Some(""), "oauth2.example.com,keys.example.com",
        "Hosts of the identity provider besides its issuer's, where its endpoints lie elsewhere.";
    FORGE_APP "LOCKSTEP_FORGE_APP" = Some(""), "406d303d-0393-4ec4-ad7c-1435be94583a",
        "Id of the Forge app that shows the issue panel; without it there is no panel.";
    FORGE_KEYS "LOCKSTEP_FORGE_KEYS" = Some("https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json"),
        "http://127.0.0.1:8181/.well-known/jwks.json",
        "Where Forge publishes the keys of its invocation tokens. Another address is for simulators.";
    PANEL_FRAMES "LOCKSTEP_PANEL_FRAMES"
        = Some("https://*.atlassian.net https://*.atl-paas.net https://*.cdn.prod.atlassian-dev.net"),
        "https://jira.acme.example",
        "Which pages may frame the issue panel, beside the connection's own site.";
    API_A_MINUTE "LOCKSTEP_API_A_MINUTE" = Some("600"), "600",
        "How many calls of the HTTP API a token may make in a minute.";
    CONSOLE_URL "LOCKSTEP_CONSOLE_URL" = Some(""), "https://lockstep.example.com",
        "The console that the command line asks, in place of the database and the broker; none where it is empty.";
    TOKEN "LOCKSTEP_TOKEN" = Some(""), "lsk_token-of-the-console",
        "The token that the command line shows that console.";
    ADMIN_LISTEN "LOCKSTEP_ADMIN_LISTEN" = Some("0.0.0.0:9090"), "0.0.0.0:9090",
        "Where /metrics, /healthz and /readyz are served.";
    LOG "LOCKSTEP_LOG" = Some("info"), "info,lockstep_queue=debug",
        "What is logged: a level, or levels by module.";
    LOG_FORMAT "LOCKSTEP_LOG_FORMAT" = Some("text"), "json",
        "`text` for people or `json` for machines.";
    GRACE_SECONDS "LOCKSTEP_GRACE_SECONDS" = Some("25"), "25",
        "How long work in flight may take to finish when the process is asked to stop.";
    CONCURRENCY_LIVE "LOCKSTEP_CONCURRENCY_LIVE" = Some("16"), "16",
        "Jobs of the live lane that a worker runs at a time.";
    CONCURRENCY_BULK "LOCKSTEP_CONCURRENCY_BULK" = Some("8"), "8",
        "Jobs of the bulk lane that a worker runs at a time.";
    LEASE_SECONDS "LOCKSTEP_LEASE_SECONDS" = Some("15"), "15",
        "How long a worker holds a link without renewing.";
    SETTLE_SECONDS "LOCKSTEP_SETTLE_SECONDS" = Some("60"), "60",
        "How old a write without an answer must be before the vendor is asked whether it arrived.";
    TICK_MILLISECONDS "LOCKSTEP_TICK_MILLISECONDS" = Some("500"), "500",
        "How often the ingress looks for sweeps and promises that are due.";
    MAX_BODY_BYTES "LOCKSTEP_MAX_BODY_BYTES" = Some("1048576"), "1048576",
        "The largest webhook that is taken.";
}

/// The table as text, for `--help`.
pub fn describe(variables: &[&Variable]) -> String {
    let width = variables.iter().map(|each| each.name.len()).max().unwrap_or_default();
    let line = |each: &&Variable| {
        let default = match each.default {
            None => "required".to_owned(),
            Some("") => "not set".to_owned(),
            Some(text) => format!("default {text}"),
        };
        format!("  {:width$}  {} ({default})\n", each.name, each.meaning)
    };
    variables.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_is_described_once() {
        let text = describe(ALL);
        for variable in ALL {
            assert_eq!(
                text.matches(&format!("  {} ", variable.name)).count(),
                1,
                "{}",
                variable.name
            );
            assert!(variable.meaning.ends_with('.'), "{}", variable.name);
        }
        assert!(text.contains("(required)") && text.contains("(default 0.0.0.0:8080)"), "{text}");
    }
}
