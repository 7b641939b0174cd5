//! Call profiles: the splits and VDNs with what was administered of them, and a profile while it is typed.

use std::collections::BTreeMap;

use api::{Profile, Profiled, RemoveProfile, SetProfile};
use model::{AcdNumber, CallProfile, Dictionary, NameKind};
use session::{ChangeRequest, Model, Which};

use super::Confirm;

/// Splits and VDNs, as the page's tabs have them.
pub const TABS: [(Profiled, &str); 2] = [(Profiled::Split, "Splits/skills"), (Profiled::Vdn, "VDNs")];

/// What one of them is called within a sentence.
pub fn thing(of: Profiled) -> &'static str {
    match of {
        Profiled::Split => "split/skill",
        Profiled::Vdn => "VDN",
    }
}

/// One split or VDN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRow {
    /// Its number.
    pub number: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// Its profile, if one was administered.
    pub profile: Option<Profile>,
}

impl ProfileRow {
    /// Its texts, in the order of the columns.
    pub fn texts(&self) -> [String; 4] {
        let (level, increments) = match &self.profile {
            Some(profile) => (format!("{} s", profile.service_level_secs), increments_text(&profile.increments_secs)),
            None => ("usual".to_owned(), "usual".to_owned()),
        };
        [self.number.clone(), self.name.clone(), level, increments]
    }
}

/// What holds where no profile was administered.
pub fn usual_text() -> String {
    let usual = CallProfile::usual();
    let (level, increments) = (usual.service_level_secs, increments_text(&usual.increments_secs));
    format!("Usual is the service level that the switch tells, or else {level} s, and the limits {increments}")
}

/// `5, 10, 20`.
pub fn increments_text(increments: &[u32]) -> String {
    increments.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// All that have a name or a profile, and the searched text in number or name; in the order of the numbers.
pub fn rows(profiles: &[Profile], names: Option<&Dictionary>, of: Profiled, search: &str) -> Vec<ProfileRow> {
    let kind = match of {
        Profiled::Split => NameKind::Split,
        Profiled::Vdn => NameKind::Vdn,
    };
    let mut known: BTreeMap<&str, (&str, Option<&Profile>)> =
        names.into_iter().flat_map(|names| names.iter(kind)).map(|(number, name)| (number, (name, None))).collect();
    for profile in profiles.iter().filter(|profile| profile.of == of) {
        known.entry(&profile.number).or_insert(("", None)).1 = Some(profile);
    }
    let search = search.trim().to_lowercase();
    let holds = |(number, (name, _)): &(&str, (&str, Option<&Profile>))| {
        number.contains(&search) || name.to_lowercase().contains(&search)
    };
    let row = |(number, (name, profile)): (&str, (&str, Option<&Profile>))| ProfileRow {
        number: number.to_owned(),
        name: name.to_owned(),
        profile: profile.cloned(),
    };
    let mut rows: Vec<ProfileRow> = known.into_iter().filter(holds).map(row).collect();
    rows.sort_by_key(|row| (row.number.parse::<u64>().unwrap_or(u64::MAX), row.number.clone()));
    rows
}

/// The question before the profile of a split or VDN is removed; `None` if it has none of its own.
pub fn remove(model: &Model, which: Which, acd: AcdNumber, row: &ProfileRow) -> Option<Confirm> {
    let profile = row.profile.as_ref()?;
    let here = model.servers[which].name();
    let name = format!("{} {} {}", thing(profile.of), row.number, row.name);
    let lines = vec![
        "The switch's service level holds again, or the usual profile, from the beginning of the running interval on; that \
         interval is counted anew, and no data are lost"
            .to_owned(),
        format!("It is removed on {here} alone. Remove it on the other server, too"),
    ];
    Some(Confirm {
        title: format!("Remove the call profile of {}?", name.trim_end()),
        lines,
        button: format!("Remove on {here}"),
        dangerous: false,
        which,
        change: ChangeRequest::RemoveProfile(RemoveProfile { acd, of: profile.of, number: profile.number.clone() }),
    })
}

/// A profile while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The ACD.
    pub acd: AcdNumber,
    /// Split or VDN.
    pub of: Profiled,
    /// Whether the number is to be typed, too.
    pub is_new: bool,
    /// Its number.
    pub number: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// Acceptable service level in seconds, as typed.
    pub level: String,
    /// Increments in seconds, as typed.
    pub increments: String,
}

impl Draft {
    /// Begins with what holds now; with nothing typed where nothing was administered.
    pub fn of(acd: AcdNumber, of: Profiled, row: &ProfileRow) -> Draft {
        let profile = row.profile.as_ref();
        Draft {
            acd,
            of,
            is_new: row.number.is_empty(),
            number: row.number.clone(),
            name: row.name.clone(),
            level: profile.map(|profile| profile.service_level_secs.to_string()).unwrap_or_default(),
            increments: profile.map(|profile| increments_text(&profile.increments_secs)).unwrap_or_default(),
        }
    }

    /// What is wrong with the service level, if anything is.
    pub fn level(&self) -> Result<u32, String> {
        match self.level.trim() {
            "" => Err("The service level is needed".to_owned()),
            text => {
                let secs = text.parse().map_err(|_| format!("{text:?} is no whole number of seconds"))?;
                CallProfile::entered(secs, &[]).map(|_| secs)
            }
        }
    }

    /// The increments, or what is wrong with them.
    pub fn increments(&self) -> Result<Vec<u32>, String> {
        let parts = self.increments.split([',', ';', ' ']).map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| part.parse::<u32>().map_err(|_| format!("{part:?} is no whole number of seconds"));
        let increments: Vec<u32> = parts.map(read).collect::<Result<_, _>>()?;
        CallProfile::entered(0, &increments).map(|_| increments)
    }

    /// The bins that the increments make: `0 to 5 s, 6 to 10 s, more than 10 s`.
    pub fn bins(&self) -> Result<String, String> {
        let increments = self.increments()?;
        let Some(last) = increments.last() else { return Ok("All waits are counted in one bin".to_owned()) };
        let mut from = 0;
        let mut bins: Vec<String> = Vec::new();
        for limit in &increments {
            bins.push(if from == *limit { format!("{limit}") } else { format!("{from} to {limit}") });
            from = limit + 1;
        }
        Ok(format!("Bins: {}, more than {last} s", bins.join(", ")))
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let number = self.number.trim();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("The number of the {} is needed", thing(self.of)));
        }
        let profile = Profile {
            of: self.of,
            number: number.to_owned(),
            service_level_secs: self.level()?,
            increments_secs: self.increments()?,
        };
        Ok(ChangeRequest::Profile(SetProfile { acd: self.acd, profile }))
    }

    /// `Call profile of split/skill 3 Billing`.
    pub fn title(&self) -> String {
        if self.is_new {
            return format!("Call profile of another {}", thing(self.of));
        }
        let name = format!("Call profile of {} {} {}", thing(self.of), self.number, self.name);
        name.trim_end().to_owned()
    }
}
