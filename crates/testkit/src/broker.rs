//! Exchanges and queues of a test's own, deleted at its end.

use anyhow::Context;
use lapin::{Connection, ConnectionProperties};
use lockstep_model::Lane;
use lockstep_queue::topology::{self, Names};

use crate::environment;

/// A name prefix that nobody else uses. Dropping it deletes everything under it.
#[derive(Debug)]
pub struct Fresh {
    /// The broker's address.
    pub url: String,
    /// What every name begins with.
    pub prefix: String,
}

impl Fresh {
    /// A new prefix on the broker of `LOCKSTEP_TEST_AMQP_URL`, by default the local one.
    ///
    /// # Errors
    /// The broker cannot be reached.
    pub async fn new() -> anyhow::Result<Self> {
        let local = "amqp://guest:guest@127.0.0.1:5672/%2f";
        let url = environment::variable("LOCKSTEP_TEST_AMQP_URL", local);
        drop(connect(&url).await?);
        Ok(Self { url, prefix: format!("test-{}", environment::random_name()) })
    }

    /// How many jobs wait in the live lane, not counting those that a worker holds.
    ///
    /// # Errors
    /// The broker cannot be reached, or nothing has declared the lane yet.
    pub async fn waiting(&self) -> anyhow::Result<u32> {
        let connection = connect(&self.url).await?;
        let waiting =
            topology::depth(&connection, &Names::new(&self.prefix).lane(Lane::Live)).await?;
        connection.close(200, "done".into()).await?;
        Ok(waiting)
    }

    /// `host:port` of the broker, to put a proxy before it.
    pub fn address(&self) -> String {
        let authority = self.url.split("://").nth(1).unwrap_or_default();
        let host = authority.split('/').next().unwrap_or_default();
        host.rsplit('@').next().unwrap_or_default().to_owned()
    }

    /// The same broker by another `host:port`.
    pub fn url_through(&self, address: std::net::SocketAddr) -> String {
        self.url.replace(&self.address(), &address.to_string())
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let (url, prefix) = (self.url.clone(), self.prefix.clone());
        let deleted = std::thread::spawn(move || delete(&url, &prefix)).join();
        if !matches!(deleted, Ok(Ok(()))) {
            eprintln!("queues of {} were left behind: {deleted:?}", self.prefix);
        }
    }
}

/// In a thread of its own: a test's runtime may be ending.
fn delete(url: &str, prefix: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let connection = connect(url).await?;
        topology::delete_all(&connection, &Names::new(prefix)).await?;
        connection.close(200, "done".into()).await?;
        Ok(())
    })
}

async fn connect(url: &str) -> anyhow::Result<Connection> {
    Connection::connect(url, ConnectionProperties::default())
        .await
        .context("the tests need RabbitMQ; see LOCKSTEP_TEST_AMQP_URL")
}
