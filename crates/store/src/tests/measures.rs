use std::time::Duration;

use chrono::TimeDelta;

use super::{connections, instant, store};
use crate::{LimitSeen, Measured, Series, Tally, minute_of};

fn measured(series: Series, label: &str, minute: i64, seconds: &[f64]) -> Measured {
    let mut tally = Tally::default();
    for one in seconds {
        tally.observe(*one);
    }
    if seconds.is_empty() {
        tally.add(3);
    }
    let minute = minute_of(instant(0)) + TimeDelta::minutes(minute);
    Measured { series, label: label.to_owned(), minute, tally }
}

#[tokio::test]
async fn what_workers_count_adds_up_by_minute_and_step() {
    let (_fresh, store) = store().await;
    let measures = store.measures();
    let one = [
        measured(Series::Latency, "a", 0, &[0.4, 3.0]),
        measured(Series::Latency, "a", 7, &[50.0]),
        measured(Series::Changes, "a", 0, &[]),
    ];
    let two =
        [measured(Series::Latency, "a", 0, &[3.0]), measured(Series::Latency, "b", 0, &[9.0])];
    let (first, second) = tokio::join!(measures.add(&one, &[]), measures.add(&two, &[]));
    first.expect("added");
    second.expect("added");

    let since = minute_of(instant(0));
    let minutes = |count: u64| Duration::from_secs(60 * count);
    let points = measures.series(Series::Latency, since, minutes(1)).await.expect("series");
    let seen: Vec<_> = points.iter().map(|one| (one.label.as_str(), one.tally.count)).collect();
    assert_eq!(seen, [("a", 3), ("b", 1), ("a", 1)]);
    assert_eq!((points[0].at, points[0].tally.sum), (since, 6.4));
    assert_eq!(points[0].tally.buckets[..4], [1, 0, 0, 2]);

    let hours = measures.series(Series::Latency, since, minutes(60)).await.expect("series");
    assert_eq!(hours.iter().map(|one| one.tally.count).collect::<Vec<_>>(), [4, 1]);
    let totals = measures.totals(Series::Latency, since).await.expect("totals");
    let p95 = totals[0].tally.quantile(0.95).expect("some");
    assert!((30.0..=60.0).contains(&p95), "{p95}");
    let later = measures.totals(Series::Latency, since + TimeDelta::minutes(1)).await;
    assert_eq!(later.expect("totals").len(), 1);
    let changes = measures.totals(Series::Changes, since).await.expect("totals");
    assert_eq!((changes[0].tally.count, changes[0].tally.buckets.len()), (3, 0));
    assert_eq!(changes[0].tally.quantile(0.5), None);
    assert!(measures.totals(Series::Failures, since).await.expect("totals").is_empty());
}

#[tokio::test]
async fn what_is_old_is_deleted_in_batches() {
    let (fresh, store) = store().await;
    let client = fresh.client().await.expect("client");
    let old = "INSERT INTO measure SELECT 'changes', 'a', now() - make_interval(days => n), 1, 0, '{}' \
        FROM generate_series(30, 39) AS n";
    client.batch_execute(old).await.expect("inserted");
    let age = Duration::from_secs(35 * 24 * 3600);
    assert_eq!(store.measures().purge(age, 3).await.expect("purged"), 3);
    assert_eq!(store.measures().purge(age, 10).await.expect("purged"), 2);
    let left = store.measures().totals(Series::Changes, instant(-1_000_000_000)).await;
    assert_eq!(left.expect("totals")[0].tally.count, 5);
}

#[tokio::test]
async fn a_connection_tells_its_calls_and_what_is_left_of_the_day() {
    let (_fresh, store) = store().await;
    let (salesforce, jira) = connections(&store).await;
    let seen = |used, seconds| LimitSeen {
        connection: salesforce,
        used,
        max: 15_000,
        seen_at: instant(seconds),
    };
    let gone = LimitSeen { connection: lockstep_model::ConnectionId(jira.0 + 9), ..seen(1, 1) };
    let calls = |minute| measured(Series::Calls, &salesforce.to_string(), minute, &[]);
    let add = store.measures();
    add.add(&[calls(0), calls(5)], &[seen(20, 10), gone]).await.expect("added");
    add.add(&[calls(5)], &[seen(18, 9)]).await.expect("an older answer counts no more");
    let usage = store.connections().usage(instant(60)).await.expect("usage");
    assert_eq!(usage.iter().map(|one| one.connection).collect::<Vec<_>>(), [jira, salesforce]);
    assert_eq!((usage[0].calls, usage[0].limit), (0, None));
    assert_eq!((usage[1].calls, usage[1].limit), (6, Some(seen(20, 10))));
}
