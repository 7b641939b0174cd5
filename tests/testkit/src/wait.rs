//! Waiting for something that must come, however slow the machine is.

use std::time::{Duration, Instant};

/// How long anything may take before a test gives it up. Generous: it decides only how soon a broken test ends.
pub const LIMIT: Duration = Duration::from_secs(90);

/// Asks `probe` until it gives something.
///
/// # Panics
/// If it gave nothing within [`LIMIT`]; the message names `what` was waited for.
pub async fn until<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(began.elapsed() < LIMIT, "waited {} s in vain for: {what}", LIMIT.as_secs());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
