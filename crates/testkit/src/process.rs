//! Real binaries as child processes: started with an environment of their own, watched, signalled.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Seek};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::{environment, http};

/// Log lines that are kept; older ones are dropped.
const LINES_MAX: usize = 20_000;
/// The variables that a child inherits; all others are given.
const INHERITED: [&str; 4] = ["PATH", "HOME", "LLVM_PROFILE_FILE", "RUST_BACKTRACE"];

/// A process that is to be started.
#[derive(Debug, Clone)]
pub struct Launch {
    name: String,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    unread: bool,
}

impl Launch {
    /// The workspace's binary of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            unread: false,
        }
    }

    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// With this variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), value.into());
        self
    }

    /// With what it writes left in a file, unread: for who must not spend time on it.
    #[must_use]
    pub fn unread(mut self) -> Self {
        self.unread = true;
        self
    }

    /// Starts it. Call it within a tokio runtime.
    ///
    /// # Errors
    /// There is no such binary: build it first.
    pub fn start(&self) -> anyhow::Result<Process> {
        let program = binary(&self.name)?;
        let mut command = Command::new(&program);
        command.args(&self.arguments).env_clear().kill_on_drop(true);
        for name in INHERITED {
            let value = environment::variable(name, "");
            if !value.is_empty() {
                command.env(name, value);
            }
        }
        command.envs(&self.environment);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let lines = if self.unread { Lines::in_a_file()? } else { Lines::default() };
        if let Some(file) = &lines.file {
            command.stdout(file.try_clone()?).stderr(file.try_clone()?);
        }
        let mut child =
            command.spawn().with_context(|| format!("starting {}", program.display()))?;
        if let Some(out) = child.stdout.take() {
            tokio::spawn(lines.clone().keep(out));
        }
        if let Some(err) = child.stderr.take() {
            tokio::spawn(lines.clone().keep(err));
        }
        Ok(Process { name: self.name.clone(), child, lines })
    }
}

/// Where a binary of the workspace is: in `LOCKSTEP_BIN_DIR`, or beside the test's own executable
/// (`target/<profile>/`, one up from `deps/`).
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let given = environment::variable("LOCKSTEP_BIN_DIR", "");
    let mut places = Vec::new();
    if !given.is_empty() {
        places.push(PathBuf::from(given));
    }
    let own = std::env::current_exe()?;
    places.extend(own.ancestors().skip(1).take(2).map(PathBuf::from));
    let found = places.iter().map(|place| place.join(name)).find(|path| path.is_file());
    found.with_context(|| format!("no binary `{name}` in {places:?}: build it first"))
}

/// A child process. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    lines: Lines,
}

impl Process {
    /// Its process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it has written so far, standard output and error together.
    pub fn lines(&self) -> Vec<String> {
        self.lines.all()
    }

    /// Waits until `GET path` at `address` answers 200.
    ///
    /// # Errors
    /// It ended, or is not ready in time; the error carries its last lines.
    pub async fn wait_ready(
        &mut self,
        address: &str,
        path: &str,
        limit: Duration,
    ) -> anyhow::Result<()> {
        let until = Instant::now() + limit;
        while !matches!(http::get(address, path).await, Ok(answer) if answer.status == 200) {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}:\n{}", self.name, self.tail());
            }
            if Instant::now() > until {
                bail!("{} is not ready after {limit:?}:\n{}", self.name, self.tail());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Sends a signal by name: `TERM`, `STOP`, `CONT`, `INT`.
    ///
    /// # Errors
    /// It has ended.
    pub async fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let id = self.id().with_context(|| format!("{} has ended", self.name))?;
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(id.to_string()).status();
        if !sent.await?.success() {
            bail!("cannot send {signal} to {} ({id})", self.name);
        }
        Ok(())
    }

    /// Asks it to end.
    pub async fn terminate(&self) -> anyhow::Result<()> {
        self.signal("TERM").await
    }

    /// Kills it where it stands, and waits for its end.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It still runs after `limit`; the error carries its last lines.
    pub async fn wait(&mut self, limit: Duration) -> anyhow::Result<ExitStatus> {
        match timeout(limit, self.child.wait()).await {
            Ok(status) => Ok(status?),
            Err(_) => bail!("{} still runs after {limit:?}:\n{}", self.name, self.tail()),
        }
    }

    /// Its resident memory in bytes, while it runs.
    pub fn resident_bytes(&self) -> Option<u64> {
        self.memory("VmRSS:")
    }

    /// The most that its resident memory ever was, in bytes, while it runs.
    pub fn peak_bytes(&self) -> Option<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, of: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()?)).ok()?;
        let line = status.lines().find(|line| line.starts_with(of))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
    }

    fn tail(&self) -> String {
        let lines = self.lines();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

/// The last lines of a process.
#[derive(Debug, Clone, Default)]
struct Lines {
    read: Arc<Mutex<Vec<String>>>,
    /// Where they are instead.
    file: Option<Arc<File>>,
}

impl Lines {
    /// In a file that ends with the last who has it open.
    fn in_a_file() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("lockstep-{}", environment::random_name()));
        let file = File::options().create_new(true).read(true).append(true).open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Self { file: Some(Arc::new(file)), ..Self::default() })
    }

    async fn keep(self, from: impl AsyncRead + Unpin) {
        let mut from = BufReader::new(from).lines();
        while let Ok(Some(line)) = from.next_line().await {
            if let Ok(mut lines) = self.read.lock() {
                if lines.len() >= LINES_MAX {
                    lines.drain(..LINES_MAX / 2);
                }
                lines.push(line);
            }
        }
    }

    fn all(&self) -> Vec<String> {
        match &self.file {
            Some(file) => lines_of(file).unwrap_or_default(),
            None => self.read.lock().map(|lines| lines.clone()).unwrap_or_default(),
        }
    }
}

/// What was written to a file that others append to.
fn lines_of(mut file: &File) -> std::io::Result<Vec<String>> {
    file.rewind()?;
    std::io::BufReader::new(file).lines().collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_binary_that_was_not_built_is_named() {
        let missing = Launch::new("lockstep-nothing").start().expect_err("there is none");
        assert!(missing.to_string().contains("lockstep-nothing"), "{missing}");
    }

    #[test]
    fn what_is_left_unread_can_be_read_when_it_is_needed() {
        let lines = Lines::in_a_file().expect("a file");
        let mut child = lines.file.as_deref().expect("it").try_clone().expect("a second handle");
        for line in ["one", "two"] {
            writeln!(child, "{line}").expect("written");
            assert_eq!(lines.all().last().map(String::as_str), Some(line));
        }
    }
}
