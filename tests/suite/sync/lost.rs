//! A server that lost an ACD's files says so, and does not empty the other one.

use anyhow::Result;
use api::{AcknowledgeMaintenance, LogCode, PackAdministration};
use model::{DataKind, Severity};
use testkit::Place;

use super::{Both, REFUSED, quiet, set_level};
use crate::backup::done;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_history_is_told_and_the_other_server_keeps_what_it_has() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = quiet(dir.path())?;
    let folder = site.folder(Place::A).to_owned();
    {
        let both = Both::of(&site).await?;
        set_level(&both.a, "1", 30).await?;
        set_level(&both.a, "2", 40).await?;
        both.synced(0, &[]);
    }
    let wrong = |folder: &std::path::Path| -> Vec<String> {
        let found = daemon::check(folder).into_iter();
        found.filter(|finding| !finding.is_right()).map(|finding| finding.problem).collect()
    };
    site.stop(Place::A);
    assert_eq!(wrong(&folder), [""; 0]);
    std::fs::remove_file(folder.join("acd/01.db"))?;
    assert!(wrong(&folder).iter().any(|text| text.contains("acd/01.db was here and is gone")), "{:?}", wrong(&folder));
    site.run(Place::A)?;
    site.stop(Place::A);
    assert!(wrong(&folder).iter().any(|text| text.contains("acd/01.db was here and is gone")), "{:?}", wrong(&folder));
    site.run(Place::A)?;

    let both = Both::of(&site).await?;
    let log = both.a.maintenance_log(false, 100).await?;
    assert!(
        log.iter().any(|entry| entry.severity == Severity::Error && entry.code == LogCode::AcdHistoryLost),
        "{log:?}"
    );
    let checks = both.cms_a.run(&["checks"]);
    assert!(checks.out.contains("acd-history-lost"), "{checks:?}");
    let refused = both.sync(&[]);
    assert!(refused.code == REFUSED && refused.err.contains("acd/01.db"), "{refused:?}");
    let system = PackAdministration { data: vec![DataKind::System], ..PackAdministration::default() };
    done(&both.a, both.a.pack_administration(&system).await?).await?;
    // Somebody acknowledges without having mended anything: the receiving server doubts it.
    both.a.acknowledge_maintenance(&AcknowledgeMaintenance { ids: None }).await?;
    let kept = both.synced(1, &[]);
    assert_eq!(kept["report"]["conflicts"], 2, "{kept}");
    assert_eq!(both.level(&both.b, "1").await?, Some(30));
    assert_eq!(both.level(&both.b, "2").await?, Some(40));
    // The way back is a sync in the other direction.
    let back = both.cms_b.run(&[&["sync", "admin", "--to-primary"][..], &both.cms_a.as_target()].concat());
    assert_eq!(back.code, Some(0), "{back:?}");
    assert_eq!(both.level(&both.a, "2").await?, Some(40));
    Ok(())
}
