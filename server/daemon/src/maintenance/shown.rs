//! The plan of a restore that a person was shown, and whether it still holds.
//!
//! A plan's digest is `HASH@ACD=SECONDS,…`: what would happen, and from where on each ACD was being collected when it was made.
//! A restore that expects it leaves alone what was collected since, so an interval that ends meanwhile changes nothing of the
//! plan.

use std::collections::BTreeMap;

use api::{ErrorBody, ErrorCode, RestorePlan};
use backup::Target;
use model::{AcdNumber, Moment};

use super::{Progress, wrong};

/// What was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    digest: String,
    collecting_from: BTreeMap<AcdNumber, Moment>,
}

impl Shown {
    /// Reads a digest that a plan had.
    pub(super) fn parse(text: &str) -> Result<Shown, ErrorBody> {
        let bad = || wrong(format!("{text:?} is not the digest of a plan; look at the plan again"));
        let (digest, acds) = text.split_once('@').ok_or_else(bad)?;
        let acd = |part: &str| {
            let (acd, from) = part.split_once('=')?;
            Some((AcdNumber(acd.parse().ok()?), Moment(from.parse().ok()?)))
        };
        let acds = acds.split(',').filter(|part| !part.is_empty());
        let collecting_from = acds.map(|part| acd(part).ok_or_else(bad)).collect::<Result<_, _>>()?;
        Ok(Shown { digest: digest.to_owned(), collecting_from })
    }

    /// What was not archived when the plan was made is left out now, too.
    pub(super) fn narrow(&self, targets: &mut BTreeMap<AcdNumber, Target>) {
        for (acd, target) in targets {
            let then = self.collecting_from.get(acd).copied();
            target.collecting_from = target.collecting_from.into_iter().chain(then).min();
        }
    }

    /// Refuses another plan than the one that was shown, and tells that.
    pub(super) fn check(&self, plan: &RestorePlan, progress: &Progress) -> Result<(), ErrorBody> {
        let (digest, _) = plan.digest.split_once('@').unwrap_or((&plan.digest, ""));
        if digest == self.digest {
            return Ok(());
        }
        progress.would(plan.clone());
        let message = format!(
            "what would be replaced was changed since the plan was shown, so nothing was restored; now it would come to this: {}",
            rows_text(plan)
        );
        Err(ErrorBody::new(ErrorCode::Overtaken, message))
    }
}

/// The second half of a plan's digest.
pub(super) fn collecting(targets: &BTreeMap<AcdNumber, Target>) -> String {
    let from = targets.iter().filter_map(|(acd, target)| Some(format!("{acd}={}", target.collecting_from?.0)));
    format!("@{}", from.collect::<Vec<_>>().join(","))
}

/// What a restore does to rows, in one line.
pub(super) fn rows_text(plan: &RestorePlan) -> String {
    let sum = |of: fn(&api::RestoreLine) -> u64| plan.tables.iter().map(of).sum::<u64>();
    let (added, replaced, removed) = (sum(|line| line.added), sum(|line| line.replaced), sum(|line| line.removed));
    format!("{added} rows added, {replaced} replaced, {removed} removed")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use backup::Target;
    use model::{AcdNumber, Calendar, IntervalMinutes, Moment};
    use store::DataFolder;

    use super::{Shown, collecting};

    fn targets(from: i64) -> BTreeMap<AcdNumber, Target> {
        let calendar = Calendar { zone: "UTC".parse().expect("a zone"), interval: IntervalMinutes::Half };
        let collecting_from = Some(Moment(from));
        BTreeMap::from([(
            AcdNumber(2),
            Target {
                data: DataFolder::new(Path::new("nowhere")),
                calendar,
                collecting_from,
                left_out: BTreeSet::new(),
                here: Vec::new(),
                keep_whole: false,
                healing: None,
            },
        )])
    }

    #[test]
    fn what_is_archived_behind_the_plan_is_left_out_as_it_was_shown() {
        let shown = Shown::parse(&format!("abc{}", collecting(&targets(1800)))).expect("it was made here");
        let mut later = targets(3600);
        shown.narrow(&mut later);
        assert_eq!(later, targets(1800));
        assert!(Shown::parse("abc").is_err() && Shown::parse("abc@2=x").is_err());
    }
}
