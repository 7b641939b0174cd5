//! Images of the whole server over the API: begun by `cms` while the server runs, followed, listed, verified, and what is wrong
//! with one is named.

use anyhow::{Context, Result};
use api::{ErrorCode, Images, LogCode, NameImage, RunImage, TableName};
use model::DataKind;
use testkit::{Place, Site, SiteOptions};

use crate::backup::done;
use crate::cli::Server;
use crate::people::{add, code, signed_in};

const FAILED: Option<i32> = Some(1);
const REFUSED: Option<i32> = Some(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_image_is_made_listed_and_verified_by_the_command_line() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (cms, client) = (Server::of(&site, Place::A)?, site.client(Place::A).await?);
    assert_eq!(client.images().await?, Images::default(), "before the first there is no folder");
    let told = cms.out(&["image", "run"]);
    assert!(told.contains("the image is done: 1 volume") && told.contains("read back and equal"), "{told}");
    let images = client.images().await?;
    let [image] = &images.images[..] else { panic!("one image: {images:?}") };
    assert_eq!((image.server.as_str(), image.role.as_str(), image.volumes), ("CMS-A", "primary", 1));
    assert!(image.made_at.is_some() && image.bytes > Some(0) && images.problems.is_empty(), "{images:?}");
    let list = cms.out(&["image", "list"]);
    assert!(list.contains(&image.label) && list.contains(&image.volume), "{list}");
    assert!(cms.out(&["image", "verify", &image.label]).contains("is sound: CMS-A (primary)"));
    let log = client.maintenance_log(false, 100).await?;
    assert!(
        log.iter().any(|entry| entry.code == LogCode::ImageDone && entry.text.contains("asked for by cms")),
        "{log:?}"
    );
    // It is the same that `cms-server cmsadm` makes and restores.
    let again = dir.path().join("again");
    let (made, findings) = daemon::restore_whole(image.volume.as_ref(), &again, &mut || true)?;
    assert!(made.server.name == "CMS-A" && findings.iter().all(daemon::Finding::is_right), "{findings:?}");

    let named = |label: &str| NameImage { label: label.to_owned(), device: None };
    let unknown = client.verify_image(&named("CMSADM-200101-01")).await;
    assert_eq!(code(unknown), Some(ErrorCode::NotFound));
    let tape = cms.run(&["image", "run", "--device", "tape"]);
    assert!(tape.code == REFUSED && tape.err.contains("there is no device tape"), "{tape:?}");
    let mut bytes = std::fs::read(&image.volume)?;
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    std::fs::write(&image.volume, bytes)?;
    let damaged = cms.run(&["image", "verify", &format!("CMS-A/{}", image.label)]);
    assert!(damaged.code.is_some_and(|code| code != 0) && damaged.err.contains(".tar.zst"), "{damaged:?}");
    Ok(())
}

/// Only an administrator makes one; whoever looks after the server sees them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn images_are_for_administrators_and_one_thing_is_done_at_a_time() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let client = site.client(Place::A).await?;
    add(&client, "ann", |add| add.reads_everything = true).await?;
    let ann = signed_in(site.server(Place::A), "ann").await?;
    assert_eq!(code(ann.run_image(&RunImage::default()).await), Some(ErrorCode::NotPermitted));
    let began = client.run_image(&RunImage::default()).await?;
    // Nothing else begins meanwhile; the job tells which file it is at, or is over already.
    let job = client.job(began).await?;
    assert!(job.what == "the image of the server" && job.plan.is_none(), "{job:?}");
    let job = done(&client, began).await?;
    let label = job.label.context("its label")?;
    assert_eq!(ann.images().await?.images[0].label, label);
    // A volume that is missing is named, and the rest is not taken for an image.
    let volume = ann.images().await?.images[0].volume.clone();
    let second = volume.replace("-01.tar.zst", "-02.tar.zst");
    std::fs::rename(&volume, &second)?;
    let left = client.images().await?;
    assert!(left.images.is_empty() && left.problems[0].contains(&label), "{left:?}");
    // Whoever verifies it is told, and so is everybody else until somebody has seen it.
    let refused = client.verify_image(&NameImage { label: label.clone(), device: None }).await;
    assert_eq!(code(refused), Some(ErrorCode::NotFound));
    let log = client.maintenance_log(false, 100).await?;
    let damaged = log.iter().find(|entry| entry.code == LogCode::ImageDamaged).context("it is in the log")?;
    assert!(damaged.text.contains(&label) && damaged.text.contains("cannot be restored"), "{damaged:?}");
    Ok(())
}

/// The field's lists, with what of them is not kept here and why; the desktop and `cms` choose from them.
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_the_fields_lists_are_told() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let tables = site.client(Place::A).await?.table_names().await?;
    let find = |name: &str| -> Option<&TableName> { tables.iter().find(|table| table.is_meant_by(name)) };
    assert_eq!(find("SPLIT_PRO").and_then(|table| table.data), Some(DataKind::Acd));
    assert_eq!(find("designer").map(|table| table.table.as_str()), Some("/cms/cow/reports/designer"));
    assert!(find("f_cday").is_some_and(|table| table.data.is_none() && table.why_not.contains("forecast")));
    let cms = Server::of(&site, Place::A)?;
    let told = cms.out(&["backup", "tables"]);
    assert!(told.contains("synonyms") && told.contains("this server does not forecast"), "{told}");
    // What is told is what a backup takes.
    let kept: Vec<&str> =
        tables.iter().filter(|table| table.why_not.is_empty()).map(|table| table.table.as_str()).collect();
    cms.out(&["backup", "run", "--tables", &kept.join(",")]);
    let wrong = cms.run(&["backup", "run", "--tables", "f_cday"]);
    assert!(wrong.code == REFUSED || wrong.code == FAILED, "{wrong:?}");
    Ok(())
}
