//! What an operator can do, and the two ways to do it: here, on the store and the vendors ([`Local`]), or at
//! a console, by its HTTP API ([`Remote`]). A command knows the traits and not which way is taken.

mod conflicts;
mod connections;
mod health;
mod items;
mod letters;
mod links;
mod local;
mod plans;
mod remote;
mod said;
mod undos;

pub use conflicts::Conflicts;
pub use connections::Connections;
pub use health::{Health, Sign};
pub use items::Items;
pub use letters::Letters;
pub use links::{Links, WhichLinks};
pub use local::Local;
pub use plans::Plans;
pub use remote::Remote;
pub use undos::Undos;

use crate::output::Failure;

/// Everything that an operator can do.
pub trait Operations:
    Connections + Items + Links + Plans + Undos + Conflicts + Letters + Health
{
}

impl<T: Connections + Items + Links + Plans + Undos + Conflicts + Letters + Health> Operations
    for T
{
}

/// What is named by people and may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A connection, by its name.
    Connection,
    /// A Salesforce connection, by its name.
    SalesforceConnection,
    /// An item, by its name.
    Item,
    /// A link, by its number, an issue key or a record id.
    Link,
    /// A dead letter, by its number.
    DeadLetter,
    /// A mapping of a link's item, by its key or a field.
    Mapping,
}

impl Thing {
    /// As a console names it where there is none (`missing` of a problem document).
    fn word(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::SalesforceConnection => "Salesforce connection",
            Self::Item => "item",
            Self::Link => "link",
            Self::DeadLetter => "dead letter",
            Self::Mapping => "mapping of this field",
        }
    }

    /// That there is none of this name, and where to look.
    pub fn missing(self, name: &str) -> Failure {
        Failure::Missing(match self {
            Self::Connection | Self::SalesforceConnection => {
                let what = self.word();
                format!("{what} named `{name}`; `lockstep connect list` shows those there are")
            }
            Self::Item => {
                format!("item named `{name}`; `lockstep item list` shows those there are")
            }
            Self::Link => format!("link `{name}`; `lockstep link list` shows those there are"),
            Self::DeadLetter => {
                format!("dead letter {name}; `lockstep dead list` shows those there are")
            }
            Self::Mapping => format!("mapping of `{name}` in the item of this link"),
        })
    }
}
