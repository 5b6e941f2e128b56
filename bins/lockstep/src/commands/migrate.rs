//! `lockstep migrate`.

use lockstep_store::MigrationState;
use serde_json::{Value, json};

use crate::args::MigrateArgs;
use crate::operations::Local;
use crate::output::{Failure, Output, or_dash, table};

pub async fn run(args: &MigrateArgs, local: &Local, output: Output) -> Result<(), Failure> {
    let migrator = local.migrator();
    if args.status {
        let rows = migrator.status().await?;
        let row = |m: &MigrationState| json!({ "version": m.version, "name": m.name, "applied_at": m.applied_at });
        let as_json: Vec<Value> = rows.iter().map(row).collect();
        output.show(&as_json, |_| {
            let line = |m: &MigrationState| {
                vec![m.version.to_string(), m.name.clone(), or_dash(m.applied_at)]
            };
            let lines = rows.iter().map(line).collect();
            table(&["VERSION", "NAME", "APPLIED"], lines, "there are no migrations")
        });
        return Ok(());
    }
    if args.rotate_secrets {
        let resealed = local.store().await?.connections().rotate_secrets().await?;
        output
            .show(&json!({ "resealed": resealed }), |_| format!("{resealed} secrets sealed anew"));
        return Ok(());
    }
    let moved = match args.down_to {
        Some(version) => migrator.migrate_down(version).await?,
        None => migrator.migrate_up(None).await?,
    };
    output.show(&json!({ "migrated": moved }), |_| match moved.as_slice() {
        [] => "the database is up to date".to_owned(),
        versions => versions.iter().map(|v| format!("migrated {v}")).collect::<Vec<_>>().join("\n"),
    });
    Ok(())
}
