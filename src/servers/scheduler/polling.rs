//! Has feeds asked for numbers, each at its own pace.

use crate::servers::net::stop::Stop;
use crate::services::feeds;
use crate::services::office::Office;
use std::sync::Arc;

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    tokio::select! {
        () = stop.said() => {}
        () = feeds::run(office) => {}
    }
}
