//! Databases of Lockstep's own, for the demo.

use crate::config::StoreConfig;
use crate::error::StoreError;

/// What the name of a database that may be made anew begins with.
const PREFIX: &str = "lockstep_";

/// Makes a database on a server, anew if it was there, and gives its address. Only names that begin
/// with `lockstep_` are taken: nobody else's database is touched.
pub async fn fresh_database(server: &str, name: &str) -> Result<String, StoreError> {
    let ours =
        name.starts_with(PREFIX) && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !ours {
        return Err(StoreError::Config(format!("`{name}` is not one of Lockstep's own databases")));
    }
    let client = StoreConfig::new(server).dedicated().await?;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
    Ok(with_database(server, name))
}

/// The same server's address with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_an_address_changes() {
        for (server, expected) in [
            ("postgres://u:p@h:1/postgres", "postgres://u:p@h:1/lockstep_demo"),
            ("postgres://h", "postgres://h/lockstep_demo"),
            ("postgres://h/x?sslmode=disable", "postgres://h/lockstep_demo?sslmode=disable"),
        ] {
            assert_eq!(with_database(server, "lockstep_demo"), expected);
        }
    }

    #[tokio::test]
    async fn nobody_elses_database_is_touched() {
        let refused = fresh_database("postgres://127.0.0.1:1/postgres", "postgres").await;
        assert!(matches!(refused, Err(StoreError::Config(_))), "{refused:?}");
    }
}
