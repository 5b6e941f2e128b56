//! The demo's processes: the real ingress and the real workers, beside this executable.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use crate::output::Failure;

/// How long a process may take to become ready.
const READY_MAX: Duration = Duration::from_secs(30);

/// One process of the fleet; it ends with the demo.
pub struct Member {
    /// What people call it.
    pub name: String,
    /// Where its log goes.
    pub log: PathBuf,
    admin: u16,
    child: Child,
}

impl Member {
    /// Starts a binary that lies beside this one, and waits until it is ready.
    pub async fn start(
        (name, program): (&str, &str),
        folder: &Path,
        variables: &BTreeMap<String, String>,
        admin: u16,
    ) -> Result<Self, Failure> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).map_err(|why| plain(&log.display().to_string(), why))?;
        let copy = file.try_clone().map_err(|why| plain(&log.display().to_string(), why))?;
        let child = Command::new(beside(program)?)
            .envs(variables)
            .env("LOCKSTEP_ADMIN_LISTEN", format!("127.0.0.1:{admin}"))
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(copy)
            .kill_on_drop(true)
            .spawn()
            .map_err(|why| plain(program, why))?;
        let mut member = Self { name: name.to_owned(), log, admin, child };
        member.ready().await?;
        Ok(member)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// Where it shows its metrics.
    pub fn metrics(&self) -> String {
        format!("http://127.0.0.1:{}/metrics", self.admin)
    }

    /// The first line of its log that has this in it.
    pub fn said(&self, part: &str) -> Option<String> {
        let log = std::fs::read_to_string(&self.log).ok()?;
        log.lines().find(|line| line.contains(part)).map(|line| line.trim().to_owned())
    }

    async fn ready(&mut self) -> Result<(), Failure> {
        let end = Instant::now() + READY_MAX;
        while status(self.admin).await != Some(200) {
            let ended = self.child.try_wait().ok().flatten();
            if ended.is_some() || Instant::now() > end {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(12).collect();
                let last: Vec<&str> = last.into_iter().rev().collect();
                return Err(Failure::Plain(format!(
                    "{} did not become ready; it said:\n{}",
                    self.name,
                    last.join("\n")
                )));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Pulls the plug: SIGKILL.
    pub async fn kill(&mut self) {
        let _ = self.child.kill().await;
    }

    /// Asks it to end (SIGTERM) and waits for its drain.
    pub async fn end(mut self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.id().to_string()).status().await;
        if asked.is_ok()
            && tokio::time::timeout(Duration::from_secs(10), self.child.wait()).await.is_ok()
        {
            return;
        }
        self.kill().await;
    }
}

fn beside(program: &str) -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(|why| plain("this executable", why))?;
    let path = own.with_file_name(program);
    if path.exists() {
        return Ok(path);
    }
    Err(Failure::Plain(format!(
        "{} is missing; build it first: cargo build --bins",
        path.display()
    )))
}

fn plain(what: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Plain(format!("{what}: {why}"))
}

/// The status of `GET /readyz` on a port of loopback.
async fn status(port: u16) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.split_whitespace().nth(1)?.parse().ok()
}

/// The body of the answer to a POST without one, from a process of this machine.
pub async fn post(base: &str, path: &str, headers: &[(&str, &String)]) -> Option<String> {
    let address = base.strip_prefix("http://")?;
    let mut stream = TcpStream::connect(address).await.ok()?;
    let mut head = format!("POST {path} HTTP/1.0\r\nhost: {address}\r\ncontent-length: 0\r\n");
    for (name, value) in headers {
        // A string takes any text.
        let _ = write!(head, "{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.starts_with("HTTP/1.0 200").then(|| body.to_owned())
}

/// A port of loopback that nobody listens on: the wanted one if it is free.
pub fn port(wanted: u16) -> Result<u16, Failure> {
    let bind = |port| std::net::TcpListener::bind(("127.0.0.1", port));
    let listener = bind(wanted).or_else(|_| bind(0)).map_err(|why| plain("no free port", why))?;
    listener.local_addr().map(|address| address.port()).map_err(|why| plain("no free port", why))
}
