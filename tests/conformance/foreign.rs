//! The foreign clients: installed once under the build directory, at the versions that their lists pin.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::tree::root;

/// An interpreter with its clients, and the folder of the scripts that drive them.
#[derive(Debug)]
pub struct Foreign {
    program: PathBuf,
    scripts: PathBuf,
}

impl Foreign {
    /// `jira` and `simple-salesforce`, in a virtual environment of their own.
    pub async fn python() -> Result<Self, String> {
        let scripts = ours("python");
        let home = kept("python");
        let program = home.join("bin/python");
        let wanted = scripts.join("requirements.txt");
        if !stamped(&home, &wanted) {
            drop(fs::remove_dir_all(&home));
            done(Command::new("python3").args(["-m", "venv"]).arg(&home)).await?;
            done(
                Command::new(&program).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&wanted),
            )
            .await?;
            stamp(&home, &wanted);
        }
        Ok(Self { program, scripts })
    }

    /// `jira.js` and `jsforce`.
    pub async fn node() -> Result<Self, String> {
        Self::node_of(&ours("node"), "node").await
    }

    /// The scripts of a folder with the packages of its list, and the Node.js that the list brings where
    /// the system's is older.
    pub async fn node_of(sources: &Path, name: &str) -> Result<Self, String> {
        let home = kept(name);
        let wanted = sources.join("package-lock.json");
        fs::create_dir_all(&home).map_err(|error| error.to_string())?;
        for entry in fs::read_dir(sources)
            .map_err(|error| error.to_string())?
            .flatten()
            .filter(|entry| entry.path().is_file())
        {
            fs::copy(entry.path(), home.join(entry.file_name()))
                .map_err(|error| error.to_string())?;
        }
        if !stamped(&home, &wanted) {
            done(
                Command::new("npm").args(["ci", "--ignore-scripts", "--silent"]).current_dir(&home),
            )
            .await?;
            stamp(&home, &wanted);
        }
        let brought = ["x64", "arm64"]
            .map(|cpu| home.join(format!("node_modules/node-linux-{cpu}/bin/node")));
        let program =
            brought.into_iter().find(|path| path.exists()).unwrap_or_else(|| "node".into());
        Ok(Self { program, scripts: home })
    }

    /// Runs a script; what it printed, and whether every case passed.
    pub async fn run(&self, script: &str, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(&self.program)
            .arg(self.scripts.join(script))
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONWARNINGS", "ignore")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("the interpreter was found a moment ago");
        let printed = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.success(), printed)
    }
}

fn ours(language: &str) -> PathBuf {
    root().join("tests/conformance/clients").join(language)
}

fn kept(language: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance").join(language)
}

/// Whether `home` was finished from this very list.
fn stamped(home: &Path, wanted: &Path) -> bool {
    fs::read(home.join("installed")).ok() == fs::read(wanted).ok()
}

fn stamp(home: &Path, wanted: &Path) {
    fs::copy(wanted, home.join("installed")).expect("the folder was made a moment ago");
}

/// Runs a set-up command to its end; the last line of its complaint where it fails.
async fn done(command: &mut Command) -> Result<(), String> {
    let name = format!("{:?}", command.as_std().get_program());
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr)
        .trim()
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned();
    Err(format!("{name} failed: {complaint}"))
}
