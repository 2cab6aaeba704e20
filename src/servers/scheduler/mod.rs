//! The scheduler: does what is owed, keeps the index up, and tidies, until it is told to stop.

mod copying;
mod counting;
mod hearing;
mod indexing;
mod naming;
mod nudging;
mod planning;
mod polling;
mod presence;
mod quoting;
mod reminding;
mod subscribing;
mod tidying;
mod work;

use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use std::sync::Arc;

/// Runs the office's background work until stop is said; what was begun is finished as far as time allows.
pub async fn run(office: Arc<Office>, stop: Stop) {
    let work = work::run(office.clone(), stop.clone());
    let counting = counting::run(office.clone(), stop.clone());
    let hearing = hearing::run(office.clone(), stop.clone());
    let indexing = indexing::run(office.clone(), stop.clone());
    let presence = presence::run(office.clone(), stop.clone());
    let nudging = nudging::run(office.clone(), stop.clone());
    let planning = planning::run(office.clone(), stop.clone());
    let quoting = quoting::run(office.clone(), stop.clone());
    let polling = polling::run(office.clone(), stop.clone());
    let reminding = reminding::run(office.clone(), stop.clone());
    let subscribing = subscribing::run(office.clone(), stop.clone());
    let copying = copying::run(office.clone(), stop.clone());
    let naming = naming::run(office.clone(), stop.clone());
    let tidying = tidying::run(office, stop);
    tokio::join!(
        work,
        counting,
        hearing,
        indexing,
        presence,
        nudging,
        planning,
        quoting,
        polling,
        reminding,
        subscribing,
        copying,
        naming,
        tidying
    );
}

#[cfg(test)]
mod tests;
