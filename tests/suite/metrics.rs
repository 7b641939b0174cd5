//! Figures for Prometheus: what they say of a server at work, and who may read them.

use std::collections::BTreeMap;

use anyhow::Result;
use testkit::{PASSWORD, Place, Site, SiteOptions, until};

use crate::api::rude;
use crate::running::Running;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The figures by name and labels. Whatever the format does not allow fails.
pub fn figures(text: &str) -> BTreeMap<String, f64> {
    let mut figures = BTreeMap::new();
    let mut typed = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type has a name and a kind");
            assert!(kind == "gauge" || (kind == "counter" && name.ends_with("_total")), "{line}");
            typed = name.to_owned();
        } else if !line.starts_with("# HELP ") {
            let (name, value) = line.rsplit_once(' ').expect("a figure has a value");
            let family = name.split('{').next().unwrap_or_default();
            assert_eq!(family, typed, "all of one name stand together, behind their type");
            let value = value.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
            assert!(figures.insert(name.to_owned(), value).is_none(), "{name} is there twice");
        }
    }
    figures
}

pub async fn asked(url: &str, token: &str) -> Result<(u16, String)> {
    let answer = rude()?.get(format!("{url}/metrics")).bearer_auth(token).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

pub async fn signed_in(url: &str, user: &str) -> Result<String> {
    let login = serde_json::json!({"user": user, "password": PASSWORD});
    let answer = rude()?.post(format!("{url}/api/v1/login")).json(&login).send().await?.text().await?;
    Ok(serde_json::from_str::<api::Session>(&answer)?.token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_figures_tell_how_links_archive_and_backups_stand() -> Result<()> {
    let running = Running::start().await?;
    let url = running.site.server(Place::A).url();
    let token = signed_in(&url, "cms").await?;
    let (status, text) = asked(&url, &token).await?;
    assert_eq!(status, 200);
    let before = figures(&text);
    let of = |figures: &BTreeMap<String, f64>, name: &str| figures.get(name).copied();
    let role = format!("cms_info{{server=\"CMS-A\",role=\"primary\",version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    assert_eq!(of(&before, &role), Some(1.0), "{text}");
    assert_eq!(of(&before, "cms_link_state{acd=\"1\"}"), Some(3.0), "{text}");
    assert!(of(&before, "cms_events_total{acd=\"1\"}") > Some(100.0), "{text}");
    assert!(of(&before, "cms_intervals_archived_total{acd=\"1\"}") >= Some(2.0), "{text}");
    assert_eq!(of(&before, "cms_archive_queue_intervals{acd=\"1\"}"), Some(0.0), "{text}");
    assert_eq!(of(&before, "cms_summaries_out_of_date{acd=\"1\",level=\"daily\"}"), Some(0.0), "{text}");
    for name in ["process_resident_memory_bytes", "cms_disk_free_bytes", "cms_journal_bytes{acd=\"1\"}"] {
        assert!(of(&before, name) > Some(1_000.0), "{name} in {text}");
    }
    assert!(!text.contains("cms_backup_age_seconds"), "before the first backup it has no age: {text}");

    // Who joins a live report just computed computes nothing.
    let client = running.site.client(Place::A).await?;
    let request = client::LiveRequest {
        path: "Split/Skill Report".to_owned(),
        acd: Site::ACD,
        inputs: report::Inputs::from([("splits".to_owned(), "1-3".to_owned())]),
        refresh_secs: 600,
    };
    let mut watchers = Vec::new();
    for _ in 0..20 {
        let mut watcher = client.live(&request, None).await?;
        let frame = watcher.next_frame().await?;
        assert!(matches!(frame, Some(api::Frame::Sheet { .. })), "the sheet comes at once: {frame:?}");
        watchers.push(watcher);
    }
    let watched = figures(&asked(&url, &token).await?.1);
    assert_eq!(of(&watched, "cms_watchers"), Some(20.0));
    let evaluated = |figures: &BTreeMap<String, f64>| of(figures, "cms_evaluated_total").unwrap_or_default();
    // On a machine that stands still in between, not all come while it is fresh.
    assert!(evaluated(&watched) - evaluated(&before) < 20.0, "they joined: {watched:?}");
    // Whoever comes long after the last refresh is shown no old figures: it is computed anew, for all.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let count = evaluated(&figures(&asked(&url, &token).await?.1));
    let mut late = client.live(&request, None).await?;
    assert!(matches!(late.next_frame().await?, Some(api::Frame::Sheet { .. })), "the whole sheet");
    assert!(evaluated(&figures(&asked(&url, &token).await?.1)) > count);
    assert!(matches!(watchers[0].next_frame().await?, Some(api::Frame::Cells { .. })), "the others have it, too");

    // Chosen tables are no backup of a kind of data.
    let cms = crate::cli::Server::of(&running.site, Place::A)?;
    cms.out(&["backup", "run", "--tables", "hsplit"]);
    assert!(!asked(&url, &token).await?.1.contains("cms_backup_age_seconds"));
    cms.out(&["backup", "run", "--data", "historical"]);
    let after = figures(&asked(&url, &token).await?.1);
    assert!(of(&after, "cms_backup_age_seconds{data=\"historical\"}") < Some(3_600.0), "{after:?}");
    assert_eq!(of(&after, "cms_backup_age_seconds{data=\"system\"}"), None);

    running.switch.cut(0);
    until("the link is seen to be down", async || {
        let figures = figures(&asked(&url, &token).await.ok()?.1);
        let lost = of(&figures, "cms_troubles_total{acd=\"1\",kind=\"link-lost\"}") == Some(1.0);
        (lost && of(&figures, "cms_link_state{acd=\"1\"}") != Some(3.0)).then_some(())
    })
    .await;
    Ok(())
}

/// A token in a file, for a program that cannot sign in: good for the figures, and for nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_the_configuration_reads_figures_and_nothing_else() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    let folder = site.folder(Place::A).to_owned();
    let config = std::fs::read_to_string(folder.join("cms.toml"))?;
    std::fs::write(folder.join("cms.toml"), format!("{config}\n[metrics]\ntoken_file = \"metrics.token\"\n"))?;
    let missing = site.run(Place::A).expect_err("the file is not there yet");
    assert!(format!("{missing:#}").contains("metrics.token"), "{missing:#}");
    std::fs::write(folder.join("metrics.token"), "short\n")?;
    let short = site.run(Place::A).expect_err("the token could be guessed");
    assert!(format!("{short:#}").contains("16 characters"), "{short:#}");
    std::fs::write(folder.join("metrics.token"), format!("{TOKEN}\n"))?;
    site.run(Place::A)?;
    let url = site.server(Place::A).url();
    assert_eq!(asked(&url, TOKEN).await?.0, 200);
    assert_eq!(asked(&url, "0123456789abcdef").await?.0, 401);
    assert_eq!(asked(&url, "").await?.0, 401);
    let status = rude()?.get(format!("{url}/api/v1/status")).bearer_auth(TOKEN).send().await?.status().as_u16();
    assert_eq!(status, 401, "it signs nobody in");

    let cms = site.client(Place::A).await?;
    crate::people::add(&cms, "bob", |_| {}).await?;
    let bob = signed_in(&url, "bob").await?;
    assert_eq!(asked(&url, &bob).await?.0, 403, "who may not read maintenance may not read figures");
    Ok(())
}
