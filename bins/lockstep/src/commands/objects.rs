//! `lockstep objects`: what an item may name in `salesforce.object`.

use lockstep_engine::{ObjectChoice, ObjectGroup};

use crate::operations::Connections;
use crate::output::{Failure, Output, table};

pub async fn run(
    connection: &str,
    operations: &impl Connections,
    output: Output,
) -> Result<(), Failure> {
    let groups = operations.objects(connection).await?;
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
    vec![group.group.clone(), each.name.clone(), each.label.clone(), rights.to_owned()]
}
