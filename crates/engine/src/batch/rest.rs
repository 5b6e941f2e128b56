//! What is left of a batch when each of its links had its turn.

use std::time::Duration;

use lockstep_model::{Class, Code, Fault, LinkId};

/// How often a batch that cannot even be read is tried as a whole.
const TOGETHER_MAX: u32 = 2;

/// What is to become of it.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// Links that must be looked at alone: what stopped them need not stop the others.
    pub(super) alone: Vec<LinkId>,
    /// How long a link must be left alone before the batch may come back for it.
    pub(super) wait: Option<Duration>,
    /// What stops the whole batch: it is about the connection, and would stop every link.
    pub(super) fault: Option<Fault>,
}

impl Rest {
    /// A link that met a fault.
    pub(super) fn add(&mut self, link: LinkId, fault: Fault) {
        match (fault.class(), fault.code) {
            (Class::Throttled | Class::Unauthorized, _) | (_, Code::ConnectionPaused) => {
                self.fault.get_or_insert(fault);
            }
            (_, Code::EffectUnsettled) => self.wait(fault.retry_after.unwrap_or_default()),
            _ => {
                tracing::warn!(
                    code = fault.code.id(), link = %link, "left to a job of its own: {fault}"
                );
                self.alone.push(link);
            }
        }
    }

    /// All links met the same fault, in this attempt of their job. One in passing is met together
    /// again, but not for ever: it may be one of them that brings it upon the others.
    pub(super) fn add_all(
        &mut self,
        links: impl Iterator<Item = LinkId>,
        fault: &Fault,
        attempt: u32,
    ) {
        let unreadable = matches!(fault.code, Code::JiraBadAnswer | Code::SfBadAnswer);
        if fault.class() == Class::Transient && !unreadable && attempt < TOGETHER_MAX {
            self.fault.get_or_insert_with(|| fault.clone());
            return;
        }
        links.for_each(|link| self.add(link, fault.clone()));
    }

    /// Come back no earlier than this.
    pub(super) fn wait(&mut self, left: Duration) {
        self.wait = self.wait.max(Some(left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: Code) -> Fault {
        Fault::new(code, "")
    }

    // F-310
    #[test]
    fn what_one_link_met_stops_no_other() {
        let mut rest = Rest::default();
        rest.add(LinkId(1), fault(Code::SfChangedMeanwhile));
        rest.add(LinkId(2), fault(Code::EffectUnsettled).after(Some(Duration::from_secs(9))));
        rest.wait(Duration::from_secs(3));
        assert_eq!(rest.alone, [LinkId(1)]);
        assert_eq!((rest.wait, rest.fault), (Some(Duration::from_secs(9)), None));
    }

    // F-210
    #[test]
    fn a_throttled_connection_holds_back_the_batch_and_makes_no_jobs() {
        let mut rest = Rest::default();
        rest.add(LinkId(1), fault(Code::JiraThrottled));
        rest.add(LinkId(2), fault(Code::SfDailyLimit));
        assert!(rest.alone.is_empty());
        assert_eq!(rest.fault.map(|fault| fault.code), Some(Code::JiraThrottled));
    }

    // F-310
    #[test]
    fn all_come_back_together_unless_one_of_them_may_be_what_is_wrong() {
        let together = |code, attempt| {
            let mut rest = Rest::default();
            rest.add_all([LinkId(1), LinkId(2)].into_iter(), &fault(code), attempt);
            assert_eq!(rest.alone.len(), if rest.fault.is_some() { 0 } else { 2 });
            rest.fault.is_some()
        };
        assert!(together(Code::SfUnavailable, 0));
        assert!(!together(Code::SfUnavailable, TOGETHER_MAX));
        assert!(!together(Code::JiraBadAnswer, 0), "too large, perhaps");
        assert!(!together(Code::StoreInconsistent, 0));
        assert!(together(Code::JiraThrottled, TOGETHER_MAX));
    }
}
