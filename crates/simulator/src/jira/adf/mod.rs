//! The Atlassian Document Format: which documents are valid, and how they read as text.

mod content;
mod schema;
mod text;
mod validate;

pub use text::{paragraphs, plain, wiki};
pub use validate::validate;
