//! The org's daily call budget, as Salesforce shows it on each answer.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use lockstep_http::Answer;
use prometheus::{IntGaugeVec, register_int_gauge_vec};

/// Calls that the org has used of its rolling 24-hour budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Used so far, by everybody.
    pub used: u64,
    /// The budget.
    pub max: u64,
}

impl Usage {
    /// Reads the header `Sforce-Limit-Info: api-usage=18/15000`.
    pub(crate) fn of(answer: &Answer) -> Option<Self> {
        let info = answer.header("sforce-limit-info")?;
        let (_, rest) = info.split_once("api-usage=")?;
        let (used, max) = rest.split([',', ';']).next()?.trim().split_once('/')?;
        Some(Self { used: used.parse().ok()?, max: max.parse().ok()? })
    }
}

/// The last usage that was seen.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    used: AtomicU64,
    max: AtomicU64,
}

impl Meter {
    /// Notes what an answer of `org` shows, here and in the gauges.
    pub(crate) fn note(&self, org: &str, answer: &Answer) {
        let Some(Usage { used, max }) = Usage::of(answer) else {
            return;
        };
        self.used.store(used, Ordering::Relaxed);
        self.max.store(max, Ordering::Relaxed);
        USED.with_label_values(&[org]).set(i64::try_from(used).unwrap_or(i64::MAX));
        MAX.with_label_values(&[org]).set(i64::try_from(max).unwrap_or(i64::MAX));
    }

    /// What was seen last; none before the first answer.
    pub(crate) fn last(&self) -> Option<Usage> {
        let max = self.max.load(Ordering::Relaxed);
        (max > 0).then(|| Usage { used: self.used.load(Ordering::Relaxed), max })
    }
}

#[expect(clippy::expect_used, reason = "constant names, registered once by the lazy cell")]
static USED: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    register_int_gauge_vec!(
        "lockstep_salesforce_api_used",
        "Calls that the org has used in its 24-hour window, by everybody",
        &["org"]
    )
    .expect("a valid, unregistered metric")
});

#[expect(clippy::expect_used, reason = "constant names, registered once by the lazy cell")]
static MAX: LazyLock<IntGaugeVec> = LazyLock::new(|| {
    register_int_gauge_vec!(
        "lockstep_salesforce_api_max",
        "Calls that the org may use in its 24-hour window",
        &["org"]
    )
    .expect("a valid, unregistered metric")
});

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_http::{HeaderMap, StatusCode};

    #[test]
    fn the_header_is_read_and_noted() {
        let answer = |info: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("sforce-limit-info", info.parse().expect("header"));
            Answer { status: StatusCode::OK, headers, body: Vec::new().into() }
        };
        let meter = Meter::default();
        assert_eq!(meter.last(), None);
        for bad in ["", "per-app-api-usage", "api-usage=x/y"] {
            meter.note("00D", &answer(bad));
        }
        assert_eq!(meter.last(), None);
        meter.note("00D", &answer("api-usage=18/15000"));
        assert_eq!(meter.last(), Some(Usage { used: 18, max: 15_000 }));
        meter.note("00D", &answer("api-usage=25/15000, per-app-api-usage=17/250(appName=x)"));
        assert_eq!(meter.last(), Some(Usage { used: 25, max: 15_000 }));
    }
}
