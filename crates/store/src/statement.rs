//! How statements are written down: `statements! { NAME = "select ..."; }` makes a constant whose
//! text begins with a comment that names it (so `pg_stat_activity` tells who asks), and adds it to
//! the module's list, which the test below prepares against a migrated database.

/// The named statements of one module.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $(
            $(#[$doc])*
            pub(crate) const $name: &str = concat!("-- ", module_path!(), "::", stringify!($name), "\n", $sql);
        )*
        /// Every statement of this module.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[&str] = &[$($name),*];
    };
}

pub(crate) use statements;

#[cfg(test)]
mod tests {
    use lockstep_testkit::database::Fresh;

    use crate::{Migrator, StoreConfig};

    /// One line for each module that asks Postgres something.
    const MODULES: &[(&str, &[&str])] = &[
        ("accounts.rs", crate::accounts::STATEMENTS),
        ("api_tokens.rs", crate::api_tokens::STATEMENTS),
        ("audit.rs", crate::audit::STATEMENTS),
        ("audit_pages.rs", crate::audit_pages::STATEMENTS),
        ("audit_undo.rs", crate::audit_undo::STATEMENTS),
        ("batch.rs", crate::batch::STATEMENTS),
        ("burials.rs", crate::burials::STATEMENTS),
        ("by_id.rs", crate::by_id::STATEMENTS),
        ("commit.rs", crate::commit::STATEMENTS),
        ("connections.rs", crate::connections::STATEMENTS),
        ("dead_letters.rs", crate::dead_letters::STATEMENTS),
        ("drafts.rs", crate::drafts::STATEMENTS),
        ("effects.rs", crate::effects::STATEMENTS),
        ("files.rs", crate::files::STATEMENTS),
        ("gone.rs", crate::gone::STATEMENTS),
        ("invitations.rs", crate::invitations::STATEMENTS),
        ("item_pages.rs", crate::item_pages::STATEMENTS),
        ("items.rs", crate::items::STATEMENTS),
        ("leases.rs", crate::leases::STATEMENTS),
        ("linking.rs", crate::linking::STATEMENTS),
        ("links.rs", crate::links::STATEMENTS),
        ("logins.rs", crate::logins::STATEMENTS),
        ("measures.rs", crate::measures::STATEMENTS),
        ("migrate/mod.rs", crate::migrate::STATEMENTS),
        ("needs.rs", crate::needs::STATEMENTS),
        ("oidc_logins.rs", crate::oidc_logins::STATEMENTS),
        ("pairs.rs", crate::pairs::STATEMENTS),
        ("parents.rs", crate::parents::STATEMENTS),
        ("promises.rs", crate::promises::STATEMENTS),
        ("search.rs", crate::search::STATEMENTS),
        ("secrets.rs", crate::secrets::STATEMENTS),
        ("sessions.rs", crate::sessions::STATEMENTS),
        ("setup.rs", crate::setup::STATEMENTS),
        ("store.rs", crate::store::STATEMENTS),
        ("sweeps.rs", crate::sweeps::STATEMENTS),
        ("writing.rs", crate::writing::STATEMENTS),
    ];

    #[tokio::test]
    async fn postgres_understands_every_statement() {
        let fresh = Fresh::create().await.expect("a fresh database");
        let config = StoreConfig::new(fresh.url());
        Migrator::new(&config).migrate_up(None).await.expect("migrated");
        let client = config.dedicated().await.expect("connection");
        for (module, statements) in MODULES {
            assert!(!statements.is_empty(), "{module} lists no statement");
            for sql in *statements {
                if let Err(error) = client.prepare(sql).await {
                    panic!("{module}: {sql}\n{error:?}");
                }
            }
        }
    }

    #[test]
    fn every_module_with_statements_is_listed() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = Vec::new();
        for folder in ["", "migrate/"] {
            for entry in std::fs::read_dir(source.join(folder)).expect("folder").flatten() {
                let name = format!("{folder}{}", entry.file_name().to_string_lossy());
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                if name != "statement.rs" && text.contains("\nstatements! {") {
                    found.push(name);
                }
            }
        }
        found.sort();
        let listed: Vec<_> = MODULES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
    }
}
