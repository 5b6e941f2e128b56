//! What the simulated products share: the clock, the call log, the fault rules and the listener.

mod blob;
mod calls;
mod clock;
mod faults;
mod form;
mod gate;
mod keys;
mod listener;
mod merge;
mod record;

pub use blob::Blob;
pub use calls::{Call, CallFilter, CallLog, Side};
pub use clock::SimClock;
pub use faults::{FaultKind, FaultRule, FaultSpec, Faults, WebhookFault};
pub use form::{Content, FormError, Part, is_form, read_form};
pub use gate::{Gate, Unlogged, gate};
pub use keys::{SigningKey, key_set};
pub use listener::{Cut, CuttableListener};
pub use merge::merge;
pub use record::Recorder;
