//! What a row of the catalogue holds, and how the table becomes [`Code`].

use std::fmt;

use super::Code;
use crate::fault::Class;

/// One row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// `LS-…`, permanent.
    pub id: &'static str,
    /// What is to be done by the machine.
    pub class: Class,
    /// What happened, in a few words.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What an administrator can do.
    pub remedy: &'static str,
}

macro_rules! catalogue {
    ($($name:ident $id:literal $class:ident $title:literal $meaning:literal $remedy:literal;)*) => {
        /// A row of the catalogue, by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $title] #[serde(rename = $id)] $name,)*
        }

        impl Code {
            /// Every code, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its row.
            pub fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$name => &Entry {
                        id: $id, class: Class::$class, title: $title, meaning: $meaning, remedy: $remedy,
                    },)*
                }
            }
        }
    };
}

impl Code {
    /// `LS-…`.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// What is to be done by the machine.
    pub fn class(self) -> Class {
        self.entry().class
    }

    /// What happened, in a few words.
    pub fn title(self) -> &'static str {
        self.entry().title
    }

    /// What an administrator can do.
    pub fn remedy(self) -> &'static str {
        self.entry().remedy
    }

    /// The code with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
