//! What stays until it is mended: an ACD that cannot be used, gaps, damaged backups, a certificate that ends.

use api::{AcdHealth, ArchiveStatus, BackupEntry, Digest, LevelState, LevelStatus, LinkState, Role};
use model::AcdNumber;

use super::{ACD, NOW, acd, backup, check, intervals, level, well};
use crate::checks::{Check, Light, ServerChecks, Subject, Told, judge, judge_all};

/// An ACD that could not be started is BAD wherever it is asked for, with the file; the other one is judged as ever.
#[test]
fn an_acd_that_cannot_be_used_is_named() {
    use Subject::{Acd, Archiving, Link, Summaries};
    let why = "opening acd/02.db: it is damaged";
    let mut told = well();
    let mut sick = acd();
    sick.health = AcdHealth {
        acd: AcdNumber(2),
        link: LinkState::Down,
        link_text: why.to_owned(),
        acd_at: None,
        age_ms: None,
        archived_to: None,
        unusable: why.to_owned(),
        ..sick.health
    };
    told.status.acds.push(sick);
    let failed =
        |name: &str| LevelStatus { last: None, status: LevelState::Failed, detail: why.to_owned(), ..level(name) };
    let levels = ["interval", "daily", "weekly", "monthly"].map(failed).to_vec();
    let of_sick = ArchiveStatus { acd: AcdNumber(2), acd_at: None, levels, waiting: None };
    told.archiving.as_mut().unwrap().push(of_sick);
    let checks = judge(&told).checks;
    for subject in [Link, Acd, Archiving, Summaries] {
        let of = |number: u8| {
            let is_of = |check: &&Check| check.subject == subject && check.acd == Some(AcdNumber(number));
            checks.iter().find(is_of).unwrap()
        };
        assert_eq!((of(1).light, of(2).light), (Light::Green, Light::Red), "{subject}");
        assert!(subject == Summaries || of(2).found.contains("acd/02.db"), "{:?}", of(2));
        assert!(of(2).advice.contains("restart the server"), "{:?}", of(2));
    }
}

/// Whether somebody has acknowledged the entry of the log says nothing of the backup itself.
#[test]
fn a_damaged_backup_is_bad_until_a_full_one_takes_its_place() {
    use Subject::Backup;
    fn spoil(told: &mut Told, more: Option<BackupEntry>) {
        let backups = &mut told.backups.as_mut().unwrap().backups;
        *backups = vec![BackupEntry { damaged: "its content has changed".to_owned(), ..backup(7_200) }];
        backups.push(BackupEntry {
            label: "CMS-261122-02-XXHX-00-I".to_owned(),
            mode: "incremental".to_owned(),
            builds_on: Some("CMS-261122-01-LSAX-00-F".to_owned()),
            ..backup(3_600)
        });
        backups.push(BackupEntry { label: "CMS-261121-01-LSAX-00-F".to_owned(), ..backup(80_000) });
        backups.extend(more);
    }
    let damaged = (Backup, Light::Red, "CMS-261122-01-LSAX-00-F is damaged: its content has changed");
    check("the newest full one is damaged, though an older one is sound", |told| spoil(told, None), &[damaged]);
    let again = BackupEntry { label: "CMS-261122-03-LSAX-00-F".to_owned(), ..backup(600) };
    check("another full one was made", |told| spoil(told, Some(again)), &[]);
}

/// Of both servers it is known what can be healed: what neither has whole is told, and keeps no check from being good.
#[test]
fn an_older_hole_of_both_is_no_finding() {
    let asked = |mine: Vec<Digest>, others: Vec<Digest>| {
        let (mut here, mut there) = (well(), well());
        (there.status.server, there.status.role) = ("CMS-B".to_owned(), Role::Secondary);
        here.intervals.insert(ACD, Ok(mine));
        there.intervals.insert(ACD, Ok(others));
        let all = judge_all(&[("a".to_owned(), Ok(here)), ("b".to_owned(), Ok(there))]);
        let of = |server: &ServerChecks| {
            server.checks.iter().find(|check| check.subject == Subject::Archiving).unwrap().clone()
        };
        (of(&all[0]), of(&all[1]))
    };
    let (mine, others) = asked(intervals(&[52, 53]), intervals(&[]));
    assert_eq!((mine.light, others.light), (Light::Yellow, Light::Green), "{mine:?}");
    assert!(mine.advice.contains("`cms twin compare --from 2026-11-22`"), "{mine:?}");
    let (mine, others) = asked(intervals(&[52, 53]), intervals(&[51, 52, 53, 54]));
    assert_eq!((mine.light, others.light), (Light::Green, Light::Yellow), "the other lacks more: {mine:?}");
    assert!(mine.found.contains("1 older gap, the oldest of 2026-11-22 08:30, that neither server has"), "{mine:?}");
    let mut incomplete = intervals(&[]);
    let spoilt = incomplete.len() - 53;
    incomplete[spoilt].incomplete = true;
    let (mine, _) = asked(intervals(&[53]), incomplete);
    assert_eq!(mine.light, Light::Green, "what lacks data there is not whole: {mine:?}");
}

/// Who knows a certificate by its fingerprint does not ask until when it is good; who knows its authority does.
#[test]
fn a_certificate_that_ends_soon_is_told_where_it_matters() {
    let dates = |days_left: i64, of_authority: bool| {
        move |told: &mut Told| {
            let good_until = NOW + 86_400 * days_left;
            told.status.certificate = Some(api::CertificateDates { good_until, days_left, of_authority });
        }
    };
    use Subject::Server;
    check("one of its own", dates(-5, false), &[]);
    check("far away", dates(30, true), &[]);
    check("soon", dates(29, true), &[(Server, Light::Yellow, "is good for 29 days more, until 2026-12-22")]);
    check("over", dates(-1, true), &[(Server, Light::Red, "expired on 2026-11-22")]);
}
