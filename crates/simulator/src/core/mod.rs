//! What both simulated products share: the clock, the call log, the fault rules and the listener.

mod calls;
mod clock;
mod faults;
mod gate;
mod listener;
mod record;

pub use calls::{Call, CallFilter, CallLog, Side};
pub use clock::SimClock;
pub use faults::{FaultKind, FaultRule, FaultSpec, Faults, WebhookFault};
pub use gate::{Gate, gate};
pub use listener::{Cut, CuttableListener};
pub use record::Recorder;
