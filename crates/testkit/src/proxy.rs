//! A TCP proxy with faults: it forwards, stalls one direction or both, delays, cuts and resumes.
//! Put between a process and RabbitMQ, Postgres or a simulator.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From whoever connected to the target.
    ToTarget,
    /// From the target back.
    FromTarget,
    /// Both ways.
    Both,
}

/// What the proxy does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rules {
    stall_to: bool,
    stall_from: bool,
    delay: Duration,
    accepting: bool,
    /// Connections of an older generation are cut.
    generation: u64,
}

/// A running proxy. Dropping it cuts everything.
pub struct Proxy {
    address: SocketAddr,
    rules: watch::Sender<Rules>,
    acceptor: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy before `target` (`host:port`) on a free loopback port.
    pub async fn start(target: impl Into<String>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let rules = watch::Sender::new(Rules {
            stall_to: false,
            stall_from: false,
            delay: Duration::ZERO,
            accepting: true,
            generation: 0,
        });
        let acceptor = tokio::spawn(accept(listener, target.into(), rules.subscribe()));
        Ok(Self { address, rules, acceptor })
    }

    /// Where to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops forwarding, without a word: a half-open connection.
    pub fn stall(&self, direction: Direction) {
        self.rules.send_modify(|rules| {
            rules.stall_to |= direction != Direction::FromTarget;
            rules.stall_from |= direction != Direction::ToTarget;
        });
    }

    /// Holds each read back for this long, both ways.
    pub fn delay(&self, delay: Duration) {
        self.rules.send_modify(|rules| rules.delay = delay);
    }

    /// Cuts what is connected; new connections are served.
    pub fn sever(&self) {
        self.rules.send_modify(|rules| rules.generation += 1);
    }

    /// Cuts what is connected and refuses new connections until [`Self::resume`].
    pub fn cut(&self) {
        self.rules.send_modify(|rules| {
            rules.generation += 1;
            rules.accepting = false;
        });
    }

    /// Forwards again, without delay; what was stalled goes on.
    pub fn resume(&self) {
        self.rules.send_modify(|rules| {
            rules.stall_to = false;
            rules.stall_from = false;
            rules.delay = Duration::ZERO;
            rules.accepting = true;
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.acceptor.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, target: String, rules: watch::Receiver<Rules>) {
    while let Ok((client, _)) = listener.accept().await {
        let now = *rules.borrow();
        if now.accepting {
            tokio::spawn(forward(client, target.clone(), rules.clone(), now.generation));
        }
    }
}

async fn forward(client: TcpStream, target: String, rules: watch::Receiver<Rules>, born: u64) {
    let Ok(server) = TcpStream::connect(&target).await else {
        return;
    };
    if client.set_nodelay(true).and_then(|()| server.set_nodelay(true)).is_err() {
        return;
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let mut doom = rules.clone();
    let cut = async move {
        // An error means that the proxy is gone, which cuts too.
        let _gone = doom.wait_for(|rules| rules.generation != born).await;
    };
    let up = pump(from_client, to_server, rules.clone(), |rules| rules.stall_to);
    let down = pump(from_server, to_client, rules, |rules| rules.stall_from);
    tokio::select! {
        () = cut => {}
        _ = async { tokio::join!(up, down) } => {}
    }
}

/// Copies until the reader ends, then ends the writer.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut rules: watch::Receiver<Rules>,
    stalled: fn(&Rules) -> bool,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        let gone = |_| std::io::Error::other("the proxy is gone");
        let delay = rules.wait_for(|rules| !stalled(rules)).await.map_err(gone)?.delay;
        if !delay.is_zero() {
            sleep(delay).await;
        }
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..read]).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::timeout;

    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("bind");
        let address = listener.local_addr().expect("address");
        tokio::spawn(async move {
            while let Ok((mut peer, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = peer.split();
                    let _ended = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        address
    }

    async fn ask(stream: &mut TcpStream) -> std::io::Result<u8> {
        stream.write_u8(7).await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn it_forwards_stalls_resumes_and_cuts() {
        let proxy = Proxy::start(echo().await.to_string()).await.expect("proxy");
        let mut stream = TcpStream::connect(proxy.address()).await.expect("connect");
        assert_eq!(ask(&mut stream).await.expect("forwarded"), 7);

        proxy.stall(Direction::FromTarget);
        assert!(timeout(Duration::from_millis(100), ask(&mut stream)).await.is_err());
        proxy.resume();
        assert_eq!(stream.read_u8().await.expect("what was stalled goes on"), 7);

        proxy.cut();
        assert!(ask(&mut stream).await.is_err());
        let mut refused = TcpStream::connect(proxy.address()).await.expect("accepted");
        assert!(ask(&mut refused).await.is_err(), "and dropped");

        proxy.resume();
        let mut again = TcpStream::connect(proxy.address()).await.expect("connect");
        assert_eq!(ask(&mut again).await.expect("forwarded"), 7);
    }
}
