//! A database of its own for each test.

use anyhow::Context as _;
use tokio_postgres::{Client, NoTls};

/// Where the test server is, unless `LOCKSTEP_TEST_DATABASE_URL` says otherwise.
const DEFAULT_URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// An empty database that is dropped with this value, whoever is still connected to it.
#[derive(Debug)]
pub struct Fresh {
    admin: String,
    name: String,
    url: String,
}

impl Fresh {
    /// Makes an empty database, `lockstep_test_…`, on the test server.
    pub async fn create() -> anyhow::Result<Self> {
        let admin = server_url();
        let client = connect(&admin).await?;
        let row = client
            .query_one("SELECT replace(gen_random_uuid()::text, '-', '')", &[])
            .await
            .context("a name for the test database")?;
        let name = format!("lockstep_test_{}", row.get::<_, String>(0));
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .with_context(|| format!("creating {name}"))?;
        let url = with_database(&admin, &name)?;
        Ok(Self { admin, name, url })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A plain connection to it, for what a test looks up or breaks behind the store's back.
    pub async fn client(&self) -> anyhow::Result<Client> {
        connect(&self.url).await
    }

    /// Breaks every connection to it, as a restart of Postgres does.
    pub async fn disconnect_all(&self) -> anyhow::Result<()> {
        let client = connect(&self.admin).await?;
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        client.query(sql, &[&self.name]).await.context("breaking connections")?;
        Ok(())
    }
}

impl Drop for Fresh {
    /// On a thread of its own: a runtime cannot be entered from within another one.
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || drop_database(&admin, &name));
        match dropping.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("{} was not dropped: {error:#}", self.name),
            Err(_) => eprintln!("{} was not dropped: the thread panicked", self.name),
        }
    }
}

fn drop_database(admin: &str, name: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = connect(admin).await?;
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        Ok(())
    })
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .with_context(|| format!("connecting to {url}"))?;
    tokio::spawn(connection);
    Ok(client)
}

/// The address of the same server with another database.
fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    let (address, query) = url.split_once('?').map_or((url, None), |(a, q)| (a, Some(q)));
    let authority = address.find("://").context("the address has no scheme")? + 3;
    let server = address[authority..].find('/').map_or(address, |at| &address[..authority + at]);
    Ok(match query {
        None => format!("{server}/{name}"),
        Some(query) => format!("{server}/{name}?{query}"),
    })
}

fn server_url() -> String {
    crate::environment::variable("LOCKSTEP_TEST_DATABASE_URL", DEFAULT_URL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_an_address_is_replaced() {
        for (url, expected) in [
            ("postgres://u@h:1/postgres", "postgres://u@h:1/t"),
            ("postgres://u@h:1", "postgres://u@h:1/t"),
            ("postgres://u:p@h/x?sslmode=disable", "postgres://u:p@h/t?sslmode=disable"),
        ] {
            assert_eq!(with_database(url, "t").expect("address"), expected);
        }
    }

    #[tokio::test]
    async fn a_fresh_database_comes_and_goes() {
        let fresh = Fresh::create().await.expect("created");
        let name = fresh.name().to_owned();
        let inside = fresh.client().await.expect("connected");
        inside.batch_execute("CREATE TABLE t (n int)").await.expect("ours");
        drop(fresh);
        let admin = connect(&server_url()).await.expect("server");
        let sql = "SELECT count(*) FROM pg_database WHERE datname = $1";
        let left: i64 = admin.query_one(sql, &[&name]).await.expect("count").get(0);
        assert_eq!(left, 0);
    }
}
