//! Optional recording of every exchange, one JSON line each, for validation against the vendor's `OpenAPI`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::calls::{Call, Side};

/// Appends exchanges to `<dir>/<side>-<pid>-<port>.jsonl`.
#[derive(Clone, Debug)]
pub struct Recorder {
    file: Arc<Mutex<File>>,
}

impl Recorder {
    /// Opens the record file, and makes its directory.
    ///
    /// # Errors
    /// The directory or the file could not be made.
    pub fn open(dir: &Path, side: Side, port: u16) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let name = format!("{}-{}-{port}.jsonl", side.as_str(), std::process::id());
        let file = OpenOptions::new().create(true).append(true).open(dir.join(name))?;
        Ok(Self { file: Arc::new(Mutex::new(file)) })
    }

    /// Appends one exchange. `call` must hold whole bodies.
    pub fn append(&self, call: &Call) {
        let mut line = json!({
            "side": call.side,
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "operation": call.operation,
            "request_headers": call.request_headers,
            "request_body": body_value(&call.request_body),
            "status": call.status,
            "response_body": body_value(&call.response_body),
        })
        .to_string();
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            tracing::warn!(%error, "exchange not recorded");
        }
    }
}

fn body_value(body: &str) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()))
}
