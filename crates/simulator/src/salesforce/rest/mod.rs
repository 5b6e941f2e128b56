//! The vendor's HTTP surface.

mod batch;
mod call;
mod collections;
mod composite;
mod describe;
mod describe_field;
mod files;
mod identity;
mod limits;
mod oauth;
mod operation;
mod page;
mod precondition;
mod query;
mod records;
mod reference;
mod replication;
mod reply;
mod retrieve;
mod routes;
mod search;
mod serve;
mod tree;
mod upsert;
mod versions;

pub use operation::operation;
pub use serve::router;

#[cfg(test)]
mod tests;
