//! `lockstep dead …`: the jobs that were given up.

use lockstep_store::Burial;
use serde_json::{Value, json};

use crate::args::DeadCommand;
use crate::operations::Letters;
use crate::output::{Failure, Output, or_dash, table};

/// Most letters that a list shows.
const LETTERS_MAX: u32 = 200;

pub async fn run(
    command: &DeadCommand,
    operations: &impl Letters,
    output: Output,
) -> Result<(), Failure> {
    match command {
        DeadCommand::List { all } => {
            let rows = operations.letters(*all, LETTERS_MAX).await?;
            let as_json: Vec<Value> = rows.iter().map(letter_json).collect();
            output.show(&as_json, |_| list(&rows));
        }
        DeadCommand::Show { id } => {
            let letter = operations.letter(*id).await?;
            output.show(&letter_json(&letter), |_| show(&letter));
        }
        DeadCommand::Replay { id } => {
            let job = operations.replay(*id).await?;
            output.show(&json!({ "replayed": id, "job": job }), |_| {
                format!("dead letter {id} goes back to work (correlation {})", job.correlation)
            });
        }
        DeadCommand::Discard { id } => {
            operations.discard(*id).await?;
            output.show(&json!({ "discarded": id }), |_| format!("dead letter {id} discarded"));
        }
    }
    Ok(())
}

fn list(rows: &[Burial]) -> String {
    let lines = rows.iter().map(|buried| {
        let letter = &buried.letter;
        vec![
            buried.id.to_string(),
            buried.state.name().to_owned(),
            letter.code.to_string(),
            letter.code.title().to_owned(),
            or_dash(letter.job.as_ref().map(|job| job.kind.name())),
            letter.attempts.to_string(),
            buried.buried_at.format("%F %T").to_string(),
        ]
    });
    let header = ["LETTER", "STATE", "CODE", "REASON", "JOB", "ATTEMPTS", "DIED (UTC)"];
    table(&header, lines.collect(), "no dead letters: every job was done")
}

fn letter_json(buried: &Burial) -> Value {
    let letter = &buried.letter;
    json!({
        "letter": buried.id, "state": buried.state.name(), "code": letter.code, "title": letter.code.title(),
        "detail": letter.detail, "remedy": letter.code.remedy(), "job": letter.job, "attempts": letter.attempts,
        "first_seen": letter.first_seen, "died_at": buried.buried_at, "correlation": letter.correlation,
    })
}

fn show(buried: &Burial) -> String {
    let letter = &buried.letter;
    let job = letter.job.as_ref().and_then(|job| serde_json::to_string(job).ok());
    [
        format!("dead letter {} ({})", buried.id, buried.state.name()),
        format!("  {} {}", letter.code, letter.code.title()),
        format!("  detail:      {}", letter.detail),
        format!("  meaning:     {}", letter.code.entry().meaning),
        format!("  remedy:      {}", letter.code.remedy()),
        format!(
            "  attempts:    {}, first seen {}, died {}",
            letter.attempts,
            or_dash(letter.first_seen),
            buried.buried_at
        ),
        format!("  correlation: {}", or_dash(letter.correlation.as_ref())),
        format!("  job:         {}", job.unwrap_or_else(|| "cannot be read".to_owned())),
    ]
    .join("\n")
}
