//! The migrations, embedded. A test holds this list against the folder.

use sha2::{Digest as _, Sha256};

/// A numbered step of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Migration {
    pub(crate) version: i32,
    pub(crate) name: &'static str,
    pub(crate) up: &'static str,
    pub(crate) down: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal;)*) => {
        /// In their order.
        pub(crate) const MIGRATIONS: &[Migration] = &[$(Migration {
            version: $version,
            name: $name,
            up: include_str!(concat!("../../../../migrations/", $name, ".up.sql")),
            down: include_str!(concat!("../../../../migrations/", $name, ".down.sql")),
        },)*];
    };
}

migrations! {
    1 "0001_connections";
    2 "0002_items";
    3 "0003_links";
    4 "0004_leases";
    5 "0005_audit";
    6 "0006_promises";
    7 "0007_files";
    8 "0008_conflicts";
    9 "0009_comment_pairs";
    10 "0010_accounts";
    11 "0011_link_search";
    12 "0012_console_queries";
    13 "0013_measures";
    14 "0014_item_drafts";
    15 "0015_scope_and_brakes";
    16 "0016_people_and_needs";
}

/// The schema that this program was built for.
pub const SCHEMA_VERSION: i32 = MIGRATIONS[MIGRATIONS.len() - 1].version;

impl Migration {
    /// SHA-256 of the upward file, in hexadecimal: a released file is never edited.
    pub(crate) fn checksum(&self) -> String {
        use std::fmt::Write as _;
        Sha256::digest(self.up).iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("migrations")
            .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != "README.md")
            .collect();
        files.sort();
        let listed: Vec<String> = MIGRATIONS
            .iter()
            .flat_map(|one| [format!("{}.down.sql", one.name), format!("{}.up.sql", one.name)])
            .collect();
        assert_eq!(files, listed);
    }

    #[test]
    fn numbers_have_no_gap_and_begin_the_names() {
        for (index, one) in MIGRATIONS.iter().enumerate() {
            assert_eq!(usize::try_from(one.version).expect("positive"), index + 1);
            assert!(one.name.starts_with(&format!("{:04}_", one.version)), "{}", one.name);
        }
    }
}
