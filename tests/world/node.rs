//! A RabbitMQ node of a test's own, to be pulled down in mid-run. It shares nothing with the machine's broker: name,
//! ports, name server, cookie and folders are its own, and end with it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lapin::{Connection, ConnectionProperties};
use lockstep_testkit::broker;
use lockstep_testkit::environment::{random_name, variable};

/// Where installations keep the inner start script. The one on the `PATH` changes user and drops the environment.
const INSTALLATIONS: [&str; 3] = ["/usr/lib/rabbitmq/lib", "/usr/local/lib/rabbitmq/lib", "/opt"];

/// How long a node may take to start: ten seconds are usual.
const START: Duration = Duration::from_secs(60);

/// A private node. Dropping it kills it and removes its folder.
pub struct Node {
    script: PathBuf,
    folder: PathBuf,
    amqp: u16,
    distribution: u16,
    names: u16,
    name_server: Child,
    server: Option<Child>,
}

impl Node {
    /// Starts a node; `None`, with a line that says so, where no RabbitMQ server is installed.
    ///
    /// # Errors
    /// It does not start; or, on a build server, a server is installed whose inner script is not found.
    pub async fn start() -> Result<Option<Self>> {
        let Some(script) = installed() else {
            let hidden = on_path("rabbitmq-server");
            ensure!(
                variable("CI", "").is_empty() || hidden.is_none(),
                "{hidden:?} is installed, but its inner script is not in {INSTALLATIONS:?}"
            );
            println!("SKIPPED a private RabbitMQ node: no server is installed on this machine");
            return Ok(None);
        };
        let folder = std::env::temp_dir().join(format!("lockstep-rabbit-{}", random_name()));
        fs::create_dir(&folder)?;
        let [amqp, distribution, names] = free_ports()?;
        let name_server = Command::new("epmd")
            .args(["-address", "127.0.0.1", "-port", &names.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .context("Erlang's name server")?;
        let mut node =
            Self { script, folder, amqp, distribution, names, name_server, server: None };
        let listener = format!("listeners.tcp.1 = 127.0.0.1:{amqp}\n");
        fs::write(node.folder.join("rabbitmq.conf"), listener)?;
        fs::write(node.folder.join("enabled_plugins"), "[].\n")?;
        node.boot().await?;
        Ok(Some(node))
    }

    /// Queues on this node, for a world.
    pub fn queues(&self) -> broker::Fresh {
        broker::Fresh { url: self.url(), prefix: format!("test-{}", random_name()) }
    }

    /// Starts it, again after [`Self::crash`], and waits until it takes connections.
    ///
    /// # Errors
    /// It does not in time; the error carries the end of its log.
    pub async fn boot(&mut self) -> Result<()> {
        let out = File::create(self.folder.join("out.log"))?;
        let server = self.command().stdout(out.try_clone()?).stderr(out).spawn();
        self.server = Some(server.with_context(|| format!("starting {}", self.script.display()))?);
        let until = tokio::time::Instant::now() + START;
        while let Err(error) = connect(&self.url()).await {
            let now = tokio::time::Instant::now();
            ensure!(now < until, "{error}:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Kills its Erlang process where it stands, and nothing else.
    ///
    /// # Errors
    /// It does not run, or the process that was started is not the one that wrote its id.
    pub fn crash(&mut self) -> Result<()> {
        let mut server = self.server.take().context("the node does not run")?;
        let written = fs::read_to_string(self.folder.join("pid"))?;
        let (started, written) = (server.id(), written.trim().to_owned());
        server.kill()?;
        server.wait()?;
        ensure!(written == started.to_string(), "{written} is not {started}");
        Ok(())
    }

    /// Ends it, and checks that nothing of it is left.
    ///
    /// # Errors
    /// Something is.
    pub fn end(mut self) -> Result<()> {
        self.crash()?;
        let folder = self.folder.clone();
        drop(self);
        ensure!(!folder.exists(), "{} is left", folder.display());
        Ok(())
    }

    fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.amqp)
    }

    /// The script, told to become the Erlang process instead of watching over one: the child's id is the broker's.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.script);
        command.env_clear().stdin(Stdio::null());
        command.env("PATH", variable("PATH", "/usr/bin:/bin"));
        command.env("ERL_EPMD_PORT", self.names.to_string());
        command.env("ERL_EPMD_ADDRESS", "127.0.0.1");
        command.env("ERL_CRASH_DUMP", "/dev/null");
        command.env("RABBITMQ_ALLOW_INPUT", "true");
        command.env("RABBITMQ_SERVER_START_ARGS", "-noinput");
        command.env("RABBITMQ_NODENAME", format!("lockstep-{}@localhost", self.amqp));
        command.env("RABBITMQ_DIST_PORT", self.distribution.to_string());
        for (name, file) in [
            ("HOME", "."),
            ("RABBITMQ_CONF_ENV_FILE", "none"),
            ("RABBITMQ_CONFIG_FILE", "rabbitmq.conf"),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", "none"),
            ("RABBITMQ_GENERATED_CONFIG_DIR", "generated"),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", "enabled_plugins"),
            ("RABBITMQ_FEATURE_FLAGS_FILE", "feature_flags"),
            ("RABBITMQ_MNESIA_BASE", "mnesia"),
            ("RABBITMQ_LOG_BASE", "log"),
            ("RABBITMQ_PID_FILE", "pid"),
        ] {
            command.env(name, self.folder.join(file));
        }
        command
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("out.log")).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        for child in self.server.iter_mut().chain([&mut self.name_server]) {
            let _ended_already = child.kill().and_then(|()| child.wait());
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} was left behind: {error}", self.folder.display());
        }
    }
}

/// Connects once. A node that is just starting may take a connection and never answer on it.
async fn connect(url: &str) -> Result<()> {
    let answered = async {
        let connection = Connection::connect(url, ConnectionProperties::default()).await?;
        connection.close(200, "ready".into()).await?;
        Ok(())
    };
    tokio::time::timeout(Duration::from_secs(3), answered).await.context("no answer")?
}

/// Three ports of the loopback address, bound at once so that they differ.
fn free_ports() -> Result<[u16; 3]> {
    let bound = [0; 3].map(|port| TcpListener::bind(("127.0.0.1", port)));
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(bound) {
        *port = listener?.local_addr()?.port();
    }
    Ok(ports)
}

/// The inner start script of the newest installation.
fn installed() -> Option<PathBuf> {
    let folders = INSTALLATIONS.iter().flat_map(fs::read_dir).flatten();
    let servers = folders.flatten().filter(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("rabbitmq")
    });
    let scripts = servers.map(|entry| entry.path().join("sbin/rabbitmq-server"));
    scripts.filter(|script| script.is_file()).max()
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = format!("{}:/usr/sbin:/usr/local/sbin", variable("PATH", ""));
    let mut places = path.split(':').map(|folder| Path::new(folder).join(program));
    places.find(|place| place.is_file())
}
