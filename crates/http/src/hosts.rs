//! Which hosts Lockstep may talk to (features 5 and 29).

use std::fmt;
use std::net::IpAddr;

use url::Url;

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Peer {
    /// Jira Cloud.
    Jira,
    /// Salesforce.
    Salesforce,
    /// The identity provider that signs people in. Its hosts are named by configuration alone.
    Identity,
    /// A console of Lockstep, which the command line asks. Its host is named by configuration alone.
    Console,
}

impl Peer {
    /// A bounded name, for metric labels and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Salesforce => "salesforce",
            Self::Identity => "identity",
            Self::Console => "console",
        }
    }

    /// Hosts by name, then domains whose every subdomain is allowed.
    fn allowed(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            // `api.media.atlassian.com` is where an attachment's address may lead; Forge's content
            // network publishes the keys of invocation tokens.
            Self::Jira => (
                &[
                    "api.atlassian.com",
                    "api.media.atlassian.com",
                    "auth.atlassian.com",
                    "forge.cdn.prod.atlassian-dev.net",
                ],
                &[".atlassian.net"],
            ),
            // `login.`, `test.` and `*.my.salesforce.com` are subdomains too.
            Self::Salesforce => (&[], &[".salesforce.com", ".force.com"]),
            Self::Identity | Self::Console => (&[], &[]),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An address that is not on the allow-list. Holds scheme, host and port only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin} is not an https address of {peer}")]
pub struct HostRefused {
    /// Whose hosts were asked for.
    pub peer: Peer,
    /// The refused origin.
    pub origin: String,
}

/// Whether `url` may be called on behalf of `peer`: https on one of the vendor's hosts, or plain
/// http(s) on this machine where `allow_loopback` says so. An address that carries credentials is
/// refused, because addresses are logged.
pub fn check_host(peer: Peer, url: &Url, allow_loopback: bool) -> Result<(), HostRefused> {
    let https = url.scheme() == "https";
    let loopback = allow_loopback && (https || url.scheme() == "http") && is_loopback(url);
    if is_bare(url) && (loopback || (https && is_listed(peer, url))) {
        return Ok(());
    }
    Err(refused(peer, url))
}

/// Whether `url` may be called on behalf of `peer`, where `named` holds the hosts that the
/// configuration gives the identity provider or the console. They are taken as they stand: no
/// subdomain of one is allowed with it, and https remains a must.
pub(crate) fn check_named(
    peer: Peer,
    url: &Url,
    allow_loopback: bool,
    named: &[(Peer, String)],
) -> Result<(), HostRefused> {
    let of = |host: &str, (whose, name): &(Peer, String)| {
        *whose == peer && name.eq_ignore_ascii_case(host)
    };
    let is_named = url.host_str().is_some_and(|host| named.iter().any(|each| of(host, each)));
    let may_be_named = matches!(peer, Peer::Identity | Peer::Console);
    if may_be_named && is_bare(url) && url.scheme() == "https" && is_named {
        return Ok(());
    }
    check_host(peer, url, allow_loopback)
}

fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

fn refused(peer: Peer, url: &Url) -> HostRefused {
    let origin = format!(
        "{}://{}{}",
        url.scheme(),
        url.host_str().unwrap_or_default(),
        url.port().map(|port| format!(":{port}")).unwrap_or_default()
    );
    HostRefused { peer, origin }
}

fn is_listed(peer: Peer, url: &Url) -> bool {
    let Some(host) = url.domain() else {
        return false;
    };
    let (names, domains) = peer.allowed();
    names.contains(&host)
        || domains.iter().any(|domain| host.len() > domain.len() && host.ends_with(domain))
}

/// Whether an address is this machine's: `localhost`, or a loopback address.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(peer: Peer, address: &str, allow_loopback: bool) -> bool {
        check_host(peer, &Url::parse(address).expect("url"), allow_loopback).is_ok()
    }

    // F-5, F-29
    #[test]
    fn the_allow_list() {
        use Peer::{Jira, Salesforce};
        let table = [
            (Salesforce, "https://login.salesforce.com", true),
            (Salesforce, "https://test.salesforce.com/", true),
            (Salesforce, "https://acme.my.salesforce.com/services/oauth2/token", true),
            (Salesforce, "https://acme--uat.sandbox.my.salesforce.com", true),
            (Salesforce, "https://ACME.lightning.force.com", true),
            (Salesforce, "http://acme.my.salesforce.com", false),
            (Salesforce, "https://salesforce.com.evil.example", false),
            (Salesforce, "https://evilsalesforce.com", false),
            (Salesforce, "https://user:pw@acme.my.salesforce.com", false),
            (Salesforce, "https://acme.atlassian.net", false),
            (Jira, "https://acme.atlassian.net", true),
            (Jira, "https://api.atlassian.com/ex/jira/11223344", true),
            (Jira, "https://auth.atlassian.com/oauth/token", true),
            (Jira, "https://api.media.atlassian.com/file/1/binary?token=x", true),
            (Jira, "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json", true),
            (Jira, "https://evil.cdn.prod.atlassian-dev.net", false),
            (Jira, "https://evil.atlassian.com", false),
            (Jira, "https://atlassian.net", false),
            (Jira, "https://.atlassian.net", false),
            (Jira, "https://10.0.0.1", false),
            (Jira, "http://169.254.169.254/latest/meta-data", false),
            (Jira, "http://127.0.0.1:8080", false),
        ];
        for (peer, address, expected) in table {
            assert_eq!(allowed(peer, address, false), expected, "{address}");
        }
    }

    #[test]
    fn loopback_is_reachable_only_where_it_was_allowed() {
        for address in
            ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://127.0.0.2"]
        {
            assert!(allowed(Peer::Jira, address, true), "{address}");
            assert!(!allowed(Peer::Jira, address, false), "{address}");
        }
        for address in ["http://10.0.0.1", "http://localhost.evil.example", "ftp://127.0.0.1"] {
            assert!(!allowed(Peer::Jira, address, true), "{address}");
        }
    }

    #[test]
    fn an_identity_provider_is_reached_at_the_hosts_that_are_named() {
        let named = [(Peer::Identity, "id.acme.example".to_owned())];
        let allowed = |peer, address: &str| {
            check_named(peer, &Url::parse(address).expect("url"), false, &named).is_ok()
        };
        assert!(allowed(Peer::Identity, "https://id.acme.example/token"));
        assert!(allowed(Peer::Identity, "https://ID.acme.example:8443/jwks"));
        for address in [
            "http://id.acme.example",
            "https://x.id.acme.example",
            "https://acme.example",
            "https://bob:pw@id.acme.example",
            "https://acme.atlassian.net",
            "https://127.0.0.1",
        ] {
            assert!(!allowed(Peer::Identity, address), "{address}");
        }
        for other in [Peer::Jira, Peer::Console] {
            assert!(!allowed(other, "https://id.acme.example"), "it is no host of {other}");
        }
        let named = [(Peer::Jira, "id.acme.example".to_owned())];
        let url = Url::parse("https://id.acme.example").expect("url");
        assert!(check_named(Peer::Jira, &url, false, &named).is_err(), "vendors are not named");
    }

    #[test]
    fn a_refusal_names_the_origin_and_no_secret() {
        let url = Url::parse("https://bob:pw@evil.example:8443/path?token=1").expect("url");
        let refused = check_host(Peer::Jira, &url, false).expect_err("refused");
        assert_eq!(
            refused.to_string(),
            "https://evil.example:8443 is not an https address of jira"
        );
    }
}
