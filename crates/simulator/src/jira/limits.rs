//! The rate limiters: per issue on write, and bursts per method.

use std::collections::{HashMap, VecDeque};

use axum::http::{HeaderName, HeaderValue, StatusCode, header};

use super::model::Refusal;
use super::settings::Settings;

/// (window in milliseconds, calls allowed)
const PER_ISSUE: [(i64, usize); 2] = [(2_000, 20), (30_000, 100)];

/// Counts calls in sliding windows.
#[derive(Debug, Default)]
pub struct Limits {
    writes: HashMap<u64, VecDeque<i64>>,
    bursts: HashMap<String, VecDeque<i64>>,
}

impl Limits {
    /// Admits one write to an issue.
    ///
    /// # Errors
    /// 429 with `RateLimit-Reason: jira-per-issue-on-write`.
    pub fn admit_write(
        &mut self,
        issue: u64,
        now_ms: i64,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        if !settings.per_issue_limits {
            return Ok(());
        }
        let seen = self.writes.entry(issue).or_default();
        for (window_ms, allowed) in PER_ISSUE {
            let inside = seen.iter().rev().take_while(|at| now_ms - **at < window_ms).count();
            if inside >= allowed {
                return Err(too_many("jira-per-issue-on-write", allowed, window_ms));
            }
        }
        remember(seen, now_ms, 30_000);
        Ok(())
    }

    /// Admits one call of a method.
    ///
    /// # Errors
    /// 429 with `RateLimit-Reason: jira-burst-based`.
    pub fn admit_call(
        &mut self,
        method: &str,
        now_ms: i64,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        let Some(allowed) = settings.burst_per_second else {
            return Ok(());
        };
        let allowed = allowed as usize;
        let seen = self.bursts.entry(method.to_owned()).or_default();
        remember(seen, now_ms, 1_000);
        if seen.len() > allowed {
            seen.pop_back();
            return Err(too_many("jira-burst-based", allowed, 1_000));
        }
        Ok(())
    }
}

fn remember(seen: &mut VecDeque<i64>, now_ms: i64, window_ms: i64) {
    while seen.front().is_some_and(|at| now_ms - at >= window_ms) {
        seen.pop_front();
    }
    seen.push_back(now_ms);
}

fn too_many(reason: &'static str, allowed: usize, window_ms: i64) -> Refusal {
    let message = "Rate limit exceeded.";
    let mut refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, message);
    let seconds = (window_ms / 1_000).max(1);
    let text = |name: &'static str, value: String| {
        HeaderValue::from_str(&value).ok().map(|value| (HeaderName::from_static(name), value))
    };
    refusal.headers.push((header::RETRY_AFTER, HeaderValue::from(seconds)));
    refusal.headers.extend(
        [
            text("ratelimit-reason", reason.to_owned()),
            text("x-ratelimit-limit", allowed.to_string()),
            text("x-ratelimit-remaining", "0".to_owned()),
            text("ratelimit-policy", format!("\"{reason}\";q={allowed};w={seconds}")),
            text("ratelimit", format!("\"{reason}\";r=0;t={seconds}")),
        ]
        .into_iter()
        .flatten(),
    );
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twenty_first_write_in_two_seconds_is_refused() {
        let (mut limits, settings) = (Limits::default(), Settings::default());
        for _ in 0..20 {
            limits.admit_write(1, 0, &settings).unwrap();
        }
        let refusal = limits.admit_write(1, 1_999, &settings).unwrap_err();
        assert_eq!(refusal.status, StatusCode::TOO_MANY_REQUESTS);
        limits.admit_write(2, 1_999, &settings).unwrap();
        limits.admit_write(1, 2_000, &settings).unwrap();
    }

    #[test]
    fn bursts_are_limited_only_when_told() {
        let mut limits = Limits::default();
        let settings = Settings { burst_per_second: Some(2), ..Settings::default() };
        limits.admit_call("GET", 0, &settings).unwrap();
        limits.admit_call("GET", 0, &settings).unwrap();
        assert!(limits.admit_call("GET", 999, &settings).is_err());
        limits.admit_call("PUT", 999, &settings).unwrap();
        limits.admit_call("GET", 1_000, &settings).unwrap();
    }
}
