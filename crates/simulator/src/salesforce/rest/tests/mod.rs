//! Tests over HTTP, one file a family of calls.

mod composites;
mod control;
mod describes;
mod files;
mod merging;
mod queries;
mod records;
mod sessions;
