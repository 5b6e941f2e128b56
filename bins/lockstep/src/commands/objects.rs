//! `lockstep objects`: what an item may name in `salesforce.object`.

use lockstep_engine::{ObjectChoice, ObjectGroup};
use lockstep_store::ConnectionKind;

use crate::context::Context;
use crate::output::{Failure, Output, table};

pub async fn run(connection: &str, output: Output) -> Result<(), Failure> {
    let context = Context::from_environment()?;
    let row = context.store().await?.connections().by_name(connection).await?;
    let row = row.filter(|row| row.kind == ConnectionKind::Salesforce);
    let missing = || Failure::Missing(format!("Salesforce connection named `{connection}`"));
    let row = row.ok_or_else(missing)?;
    let groups = context.engine().await?.objects(row.id).await?;
    output.show(&groups, |groups| list(groups));
    Ok(())
}

fn list(groups: &[ObjectGroup]) -> String {
    let rows = groups.iter().flat_map(|group| group.objects.iter().map(|each| line(group, each)));
    let empty = "the Run As user sees no object that an item may name; give it read rights";
    table(&["GROUP", "OBJECT", "LABEL", "RIGHTS"], rows.collect(), empty)
}

fn line(group: &ObjectGroup, each: &ObjectChoice) -> Vec<String> {
    let rights = match (each.create, each.update) {
        (true, true) => "read, create, change",
        (true, false) => "read, create",
        (false, true) => "read, change",
        (false, false) => "read",
    };
    vec![group.group.to_owned(), each.name.clone(), each.label.clone(), rights.to_owned()]
}
