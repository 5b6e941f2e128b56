//! `lockstep migrate`.

use serde_json::json;

use crate::args::MigrateArgs;
use crate::context::Context;
use crate::output::{Failure, Output, or_dash, table};

pub async fn run(args: &MigrateArgs, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    let migrator = context.migrator();
    if args.status {
        let rows = migrator.status().await?;
        output.show(&json!(rows.iter().map(|m| json!({ "version": m.version, "name": m.name, "applied_at": m.applied_at })).collect::<Vec<_>>()), |_| {
            let rows = rows.iter().map(|m| vec![m.version.to_string(), m.name.to_string(), or_dash(m.applied_at)]);
            table(&["VERSION", "NAME", "APPLIED"], rows.collect(), "there are no migrations")
        });
        return Ok(());
    }
    if args.rotate_secrets {
        let resealed = context
            .store()
            .await?
            .connections()
            .rotate_secrets()
            .await?;
        output.show(&json!({ "resealed": resealed }), |_| {
            format!("{resealed} secrets sealed anew")
        });
        return Ok(());
    }
    let moved = match args.down_to {
        Some(version) => migrator.migrate_down(version).await?,
        None => migrator.migrate_up(None).await?,
    };
    output.show(&json!({ "migrated": moved }), |_| match moved.as_slice() {
        [] => "the database is up to date".to_owned(),
        versions => versions
            .iter()
            .map(|v| format!("migrated {v}"))
            .collect::<Vec<_>>()
            .join("\n"),
    });
    Ok(())
}
