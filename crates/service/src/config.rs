//! Configuration from the environment. All errors are reported at once, and each names the
//! variable, what is wrong with it and what would be right.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use crate::variables::{self, Variable};

/// What is wrong with the configuration: every error, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is not complete:")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// Reads variables and collects what is wrong with them. After an error a reading method gives a
/// stand-in value, which nobody uses: [`Self::finish`] then fails.
#[derive(Debug)]
pub struct Reader {
    values: BTreeMap<String, String>,
    errors: Vec<String>,
}

impl Reader {
    /// From the process's environment.
    pub fn from_environment() -> Self {
        Self::from_values(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    /// From given values.
    pub fn from_values(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: values.into_iter().collect(), errors: Vec::new() }
    }

    /// The text of a variable. Empty counts as not set.
    pub fn text(&mut self, variable: &Variable) -> String {
        let given = self.values.get(variable.name).map(|text| text.trim()).unwrap_or_default();
        match (given, variable.default) {
            ("", Some(default)) => default.to_owned(),
            ("", None) => {
                let Variable { name, example, meaning, .. } = variable;
                self.errors.push(format!("{name} is not set. {meaning} Example: {name}={example}"));
                String::new()
            }
            (given, _) => given.to_owned(),
        }
    }

    /// A number, an address or whatever else can be parsed. `what` says what it must be.
    pub fn parsed<T: FromStr>(&mut self, variable: &Variable, what: &str) -> Option<T> {
        self.checked(variable, what, |text| text.parse().ok())
    }

    /// A whole number from `least` up.
    pub fn number<T>(&mut self, variable: &Variable, least: T) -> T
    where
        T: FromStr + PartialOrd + Copy + fmt::Display,
    {
        let what = format!("a whole number from {least} up");
        let read = |text: &str| text.parse().ok().filter(|number| *number >= least);
        self.checked(variable, &what, read).unwrap_or(least)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, variable: &Variable) -> bool {
        self.parsed(variable, "`true` or `false`").unwrap_or_default()
    }

    /// A whole number of seconds, at least one.
    pub fn seconds(&mut self, variable: &Variable) -> Duration {
        Duration::from_secs(self.number(variable, 1))
    }

    /// A whole number of milliseconds, at least one.
    pub fn milliseconds(&mut self, variable: &Variable) -> Duration {
        Duration::from_millis(self.number(variable, 1))
    }

    /// An address to listen on.
    pub fn address(&mut self, variable: &Variable) -> SocketAddr {
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        self.parsed(variable, "an address and a port").unwrap_or(nowhere)
    }

    /// What a caller found wrong with a value that it read itself.
    pub fn reject(&mut self, variable: &Variable, reason: impl fmt::Display) {
        let Variable { name, example, .. } = variable;
        self.errors.push(format!("{name}: {reason}. Example: {name}={example}"));
    }

    /// Fails with all errors, if there are any.
    pub fn finish(self) -> Result<(), ConfigErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(ConfigErrors(self.errors)) }
    }

    /// Does not repeat the value: it may be a secret in the wrong place.
    fn checked<T>(
        &mut self,
        variable: &Variable,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(variable);
        let value = read(&text);
        if value.is_none() && !text.is_empty() {
            self.reject(variable, format_args!("must be {what}"));
        }
        value
    }
}

/// What every process is configured with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonConfig {
    /// Where metrics and probes are served.
    pub admin: SocketAddr,
    /// What is logged.
    pub log: String,
    /// Whether as JSON.
    pub log_json: bool,
    /// How long work in flight may take to finish.
    pub grace: Duration,
}

impl CommonConfig {
    /// The variables that it reads.
    pub const VARIABLES: [&'static Variable; 4] = [
        &variables::ADMIN_LISTEN,
        &variables::LOG,
        &variables::LOG_FORMAT,
        &variables::GRACE_SECONDS,
    ];

    /// Reads it.
    pub fn read(reader: &mut Reader) -> Self {
        let format = |text: &str| match text {
            "text" => Some(false),
            "json" => Some(true),
            _ => None,
        };
        Self {
            admin: reader.address(&variables::ADMIN_LISTEN),
            log: reader.text(&variables::LOG),
            log_json: reader
                .checked(&variables::LOG_FORMAT, "`text` or `json`", format)
                .unwrap_or_default(),
            grace: reader.seconds(&variables::GRACE_SECONDS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(values: &[(&str, &str)]) -> Reader {
        Reader::from_values(values.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    }

    #[test]
    fn the_defaults_hold_where_nothing_is_set() {
        let mut reader = reader(&[("LOCKSTEP_LOG", "  ")]);
        let common = CommonConfig::read(&mut reader);
        assert_eq!((common.log.as_str(), common.log_json), ("info", false));
        assert_eq!(common.admin, "0.0.0.0:9090".parse().expect("address"));
        assert_eq!(common.grace, Duration::from_secs(25));
        assert!(reader.finish().is_ok());
    }

    #[test]
    fn all_errors_come_at_once_and_say_what_would_be_right() {
        let mut reader = reader(&[
            ("LOCKSTEP_ADMIN_LISTEN", "9090"),
            ("LOCKSTEP_LOG_FORMAT", "xml"),
            ("LOCKSTEP_GRACE_SECONDS", "0"),
            ("LOCKSTEP_ALLOW_LOOPBACK", "hunter2"),
        ]);
        CommonConfig::read(&mut reader);
        reader.flag(&variables::ALLOW_LOOPBACK);
        assert_eq!(reader.text(&variables::DATABASE_URL), "");
        let errors = reader.finish().expect_err("five");
        assert_eq!(errors.0.len(), 5, "{errors}");
        let text = errors.to_string();
        for part in [
            "LOCKSTEP_ADMIN_LISTEN: must be an address and a port. Example: LOCKSTEP_ADMIN_LISTEN=0.0.0.0:9090",
            "LOCKSTEP_LOG_FORMAT: must be `text` or `json`",
            "LOCKSTEP_GRACE_SECONDS: must be a whole number from 1 up",
            "LOCKSTEP_DATABASE_URL is not set. Where Postgres is. Example: LOCKSTEP_DATABASE_URL=postgres://",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(!text.contains("hunter2"), "a value may be a secret: {text}");
    }
}
