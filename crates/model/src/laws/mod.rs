//! The laws of the plan, held by property tests over a small [`world::World`] that plays both vendors.

mod brake;
mod comments;
mod convert;
mod files;
mod mappings;
mod merge;
mod rich;
mod routes;
mod rules;
mod scenery;
mod status;
mod text;
pub(crate) mod undo;
pub(crate) mod world;

use proptest::prelude::ProptestConfig;

/// How often each law is tried.
fn cases() -> ProptestConfig {
    ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() }
}
