//! `lockstep demo`: the whole fleet on this machine, both vendors simulated, and a short story.

mod fleet;
mod stage;
mod story;
mod teller;

use crate::args::DemoArgs;
use crate::output::Failure;

/// Sets the stage, plays the story, and leaves everything running until Ctrl-C.
pub async fn run(args: &DemoArgs) -> Result<(), Failure> {
    let mut stage = tokio::select! {
        stage = stage::Stage::set(args) => stage?,
        () = interrupted() => return Ok(()),
    };
    let played = tokio::select! {
        played = story::play(&mut stage) => Some(played),
        () = interrupted() => None,
    };
    if matches!(played, Some(Ok(()))) && !args.once {
        stage.addresses().await;
        interrupted().await;
    }
    stage.strike().await;
    played.unwrap_or(Ok(()))
}

/// Ctrl-C, or SIGTERM from whoever runs the demo.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return tokio::signal::ctrl_c().await.unwrap_or(());
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
