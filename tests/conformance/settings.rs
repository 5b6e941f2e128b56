//! What the environment says to the tests that drive foreign programs. The one place of the tests that reads it.

use std::path::PathBuf;

use crate::tree::root;

#[expect(
    clippy::disallowed_methods,
    reason = "a test binary has no configuration but its environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a missing tool is a failure: on a build server nobody reads what was skipped.
pub fn strict() -> bool {
    variable("CI").is_some()
}

/// `LOCKSTEP_SIM_RECORD`: where simulators record their exchanges.
pub fn record_dir() -> Option<PathBuf> {
    variable("LOCKSTEP_SIM_RECORD").map(PathBuf::from)
}

/// `LOCKSTEP_EXCHANGES`: the exchanges of an earlier run, to be validated.
pub fn exchanges() -> Option<PathBuf> {
    variable("LOCKSTEP_EXCHANGES").map(PathBuf::from)
}

/// `LOCKSTEP_SPECS`, or the folder `shared/specs` beside the repository: the vendors' own descriptions, which the
/// repository does not ship.
pub fn specs() -> PathBuf {
    variable("LOCKSTEP_SPECS").map_or_else(|| root().join("../shared/specs"), PathBuf::from)
}

/// `LOCKSTEP_CHROMIUM`, or where Debian's package puts it.
pub fn chromium() -> PathBuf {
    variable("LOCKSTEP_CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from)
}

/// Says aloud what is not done and why; on a build server that is a failure.
pub fn skip(what: &str, why: &str) {
    assert!(!strict(), "{what}: {why}");
    println!("SKIPPED {what}: {why}");
}
