//! Stories, end to end: real broker, real database, real processes, both vendors simulated.

mod associated;
mod both_sides;
mod bulk;
mod comments;
mod conflicts;
mod console;
mod crashes;
mod create;
mod discovery;
mod fields;
mod files;
mod from_jira;
mod hints;
mod linking;
mod matrix;
mod objects;
mod operating;
mod planning;
mod repair;
mod restart;
pub mod rich_documents;
mod rich_text;
mod rules;
mod status;
