//! The world that the stories in `main.rs` and the benchmark in `bench/` play in.

pub mod world;
