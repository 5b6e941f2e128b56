use std::time::Duration;

use super::house;
use crate::housekeeping::keep_house;

#[tokio::test]
async fn what_is_kept_no_longer_goes_in_batches() {
    let house = house().await;
    let client = house.database.client().await.expect("client");
    let old = "INSERT INTO measure SELECT 'changes', n::text, now() - interval '36 days', 1, 0, '{}' \
            FROM generate_series(1, 5001) AS n; \
        INSERT INTO measure VALUES ('changes', 'kept', now(), 1, 0, '{}'); \
        INSERT INTO login_failure (name, address, at) VALUES ('ann', 'a', now() - interval '2 days'); \
        DO $$ BEGIN EXECUTE 'DROP TABLE audit_' || to_char( \
            date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months', 'YYYY_MM'); END $$";
    let months = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit'::regclass";
    let before: i64 = client.query_one(months, &[]).await.expect("count").get(0);
    client.batch_execute(old).await.expect("old rows, and a month that is missing");
    assert_eq!(keep_house(&house.store).await.expect("kept"), 5002);
    assert_eq!(keep_house(&house.store).await.expect("kept"), 0);
    let after: i64 = client.query_one(months, &[]).await.expect("count").get(0);
    assert_eq!(after, before, "the month is made anew");
    let left = client.query_one("SELECT count(*) FROM measure", &[]).await.expect("count");
    assert_eq!(left.get::<_, i64>(0), 1);
    assert_eq!(house.store.logins().purge(Duration::ZERO, 10).await.expect("none"), 0);
    house.broker.close().await;
}
