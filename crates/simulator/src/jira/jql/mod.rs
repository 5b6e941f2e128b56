//! JQL: parsing, asking and sorting.

mod eval;
mod lexer;
mod moment;
mod parser;
mod sort;
#[cfg(test)]
mod tests;

pub use eval::{Reader, compile};
pub use parser::{Clause, Operator, Query, parse};
pub use sort::{Position, compare, position};
