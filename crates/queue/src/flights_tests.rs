use std::future::ready;

use super::*;

type Outcome = Result<(), PublishError>;

/// Flights whose confirms say this, in order; `None` says nothing yet. With where their outcomes come.
fn flights(answers: Vec<(&str, Option<Answer>)>) -> (Flights, Vec<oneshot::Receiver<Outcome>>) {
    let mut flights = Flights::default();
    let receivers = answers.into_iter().map(|(id, answer)| {
        let (exchange, key) = ("ls.v1.work".into(), "live");
        let (outcome, receiver) = oneshot::channel();
        let confirm = match answer {
            Some(answer) => ready(answer).boxed(),
            None => futures::future::pending().boxed(),
        };
        let flight = Flight { id: id.into(), exchange, key, outcome, sent: Instant::now() };
        flights.track(flight, confirm);
        receiver
    });
    let receivers = receivers.collect();
    (flights, receivers)
}

async fn outcomes(answers: Vec<(&str, Option<Answer>)>) -> (Flights, Vec<Option<Outcome>>) {
    let (mut flights, receivers) = flights(answers);
    flights.answered().await;
    flights.settle();
    let outcomes = receivers.into_iter().map(|mut receiver| receiver.try_recv().ok()).collect();
    (flights, outcomes)
}

fn ack(returned: &str) -> Answer {
    Answer::Ack((!returned.is_empty()).then(|| returned.to_owned()))
}

#[tokio::test]
async fn a_return_counts_for_the_message_that_it_names() {
    let (left, outcomes) =
        outcomes(vec![("a", Some(ack("b"))), ("b", Some(ack(""))), ("c", Some(ack("")))]).await;
    assert_eq!(outcomes[0], Some(Ok(())));
    assert!(matches!(outcomes[1], Some(Err(PublishError::Unroutable { .. }))));
    assert_eq!(outcomes[2], Some(Ok(())));
    assert!(left.is_empty() && left.returned());
}

#[tokio::test]
async fn who_got_the_return_of_another_waits_for_the_rest() {
    let answers = vec![("a", Some(ack("b"))), ("b", None), ("c", Some(ack("")))];
    let (mut left, outcomes) = outcomes(answers).await;
    assert_eq!(outcomes[0], None, "its own return may come with the confirm of `b`");
    assert_eq!(outcomes[2], Some(Ok(())));
    assert!(left.spent() && left.all.len() == 2);
    left.give_up(&PublishError::TimedOut);
    assert!(left.is_empty());
}

#[tokio::test]
async fn after_a_loss_who_is_in_doubt_is_not_taken_for_sent() {
    let lost = Some(Answer::Lost("cut".into()));
    let (left, outcomes) =
        outcomes(vec![("a", Some(ack("z"))), ("b", lost), ("c", Some(ack("")))]).await;
    assert!(matches!(outcomes[0], Some(Err(PublishError::Unavailable(_)))));
    assert!(matches!(outcomes[1], Some(Err(PublishError::Unavailable(_)))));
    assert_eq!(outcomes[2], Some(Ok(())), "no return was waiting when it was confirmed");
    assert!(left.is_empty() && left.spent());
}

#[tokio::test]
async fn a_nack_is_a_refusal() {
    let (_, outcomes) = outcomes(vec![("a", Some(Answer::Nack(None)))]).await;
    assert_eq!(outcomes, [Some(Err(PublishError::Refused))]);
}
