//! What the scheduler promises.

use super::*;
use crate::domain::mail;
use crate::domain::outbound;
use crate::servers::net::stop::Stopper;
use crate::services::depart::tests::{Does, Scene, TEXT};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Waits until `is_so`, for ten seconds at the longest.
async fn until(is_so: impl Fn() -> bool) -> bool {
    timeout(Duration::from_secs(10), async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .is_ok()
}

#[tokio::test]
async fn one_slow_domain_holds_nobody_else_and_a_cut_loses_nothing() {
    let scene = Scene::new(&[]).await;
    for _ in 0..40 {
        scene.send(TEXT, &["a@slow.example"]).await;
    }
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    for n in 0..40 {
        scene.send(TEXT, &[format!("a@d{n}.example").as_str()]).await;
    }
    assert!(until(|| scene.jobs() == 40).await, "{} jobs", scene.jobs());
    assert_eq!(scene.offers_to("mx1.slow.example"), 2, "a domain has two lines at once, and no job runs twice");
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    drop(stopper);
    assert_eq!(scene.office.store.read_here(outbound::queue_length).unwrap(), 40);
}

#[tokio::test]
async fn a_job_runs_when_its_time_has_come() {
    let scene = Scene::new(&[Does::Says(450, "later")]).await;
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    scene.send(TEXT, &["a@else.example"]).await;
    assert!(until(|| scene.offers_to("mx1.else.example") == 1).await);
    sleep(Duration::from_millis(50)).await;
    assert_eq!((scene.jobs(), scene.offers_to("mx1.else.example")), (1, 1));
    scene.office.clock.wind(Duration::from_secs(90));
    assert!(until(|| scene.jobs() == 0).await);
    assert_eq!(scene.offers_to("mx1.else.example"), 2);
    stopper.stop();
    running.await.unwrap();
}

#[tokio::test]
async fn mail_is_indexed_soon_after_it_was_filed() {
    let scene = Scene::new(&[]).await;
    scene.send(TEXT, &["a@else.example"]).await;
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    let is_indexed = || scene.office.store.read_here(mail::lag).unwrap() == 0;
    assert!(until(is_indexed).await, "what waited at the start");
    for _ in 0..100 {
        scene.send(TEXT, &["a@else.example"]).await;
    }
    assert!(until(is_indexed).await, "what came later");
    stopper.stop();
    running.await.unwrap();
}
