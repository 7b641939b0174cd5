//! What one user may.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::reach::Reach;
use api::{ErrorBody, ErrorCode};
use model::{Access, AcdAccess, AcdNumber, Element, ExceptionElement, Feature};
use store::User;

/// What one user may, settled at one time.
#[derive(PartialEq)]
pub struct Rights {
    /// Who.
    pub user: String,
    /// Whether an administrator.
    pub administrator: bool,
    /// Live reports that may be open at once; 0 for as many as wanted.
    pub max_windows: u8,
    /// Shortest time between two refreshes, seconds; 0 for as it happens.
    pub fastest_refresh_secs: u16,
    /// Which rows may be read.
    pub reach: Arc<Reach>,
    /// What is permitted of everything, besides what is permitted of single things.
    everywhere: Access,
    features: BTreeMap<Feature, Access>,
    acds: BTreeMap<AcdNumber, AcdAccess>,
}

impl Rights {
    pub(super) fn of_administrator(user: &User, reach: Arc<Reach>) -> Rights {
        Rights { everywhere: Access::ALL, ..Rights::of_user(user, Vec::new(), BTreeMap::new(), reach) }
    }

    /// What the token for metrics permits: reading, of every ACD.
    pub fn of_scraper(reach: Arc<Reach>) -> Rights {
        Rights {
            user: "metrics".to_owned(),
            administrator: false,
            max_windows: 0,
            fastest_refresh_secs: 0,
            reach,
            everywhere: Access::new(true, false, false),
            features: BTreeMap::new(),
            acds: BTreeMap::new(),
        }
    }

    pub(super) fn of_user(
        user: &User,
        features: Vec<(Feature, Access)>,
        acds: BTreeMap<AcdNumber, AcdAccess>,
        reach: Arc<Reach>,
    ) -> Rights {
        let mut features: BTreeMap<Feature, Access> = features.into_iter().collect();
        if user.reads_everything {
            // Who may read everything may make reports of it, as it was before there were permissions.
            let reports = features.entry(Feature::Reports).or_default();
            *reports = reports.or(Access::new(true, true, false));
        }
        Rights {
            user: user.name.clone(),
            administrator: user.administrator,
            max_windows: user.max_windows,
            fastest_refresh_secs: user.fastest_refresh_secs,
            reach,
            everywhere: if user.reads_everything { Access::new(true, false, true) } else { Access::NOTHING },
            features,
            acds,
        }
    }

    /// Refuses what the feature does not permit.
    pub fn may(&self, feature: Feature, writes: bool) -> Result<(), ErrorBody> {
        let access = self.everywhere.or(self.features.get(&feature).copied().unwrap_or_default());
        match if writes { access.write() } else { access.read() } {
            true => Ok(()),
            false => Err(self.refusal(writes, &format!("the feature {feature}"))),
        }
    }

    /// Refuses to show an ACD that may not be seen.
    pub fn may_read(&self, acd: AcdNumber) -> Result<(), ErrorBody> {
        if self.sees(acd) { Ok(()) } else { Err(self.refusal(false, &format!("ACD {acd}"))) }
    }

    /// Whether an ACD may be seen.
    pub fn sees(&self, acd: AcdNumber) -> bool {
        self.acd(acd).read()
    }

    /// Refuses to change an ACD.
    pub fn may_write(&self, acd: AcdNumber) -> Result<(), ErrorBody> {
        if self.acd(acd).write() { Ok(()) } else { Err(self.refusal(true, &format!("ACD {acd}"))) }
    }

    /// Refuses to change an element of an ACD.
    pub fn may_write_element(&self, acd: AcdNumber, element: Element, number: &str) -> Result<(), ErrorBody> {
        match self.of(acd, element, Some(number)).write() {
            true => Ok(()),
            false => Err(self.refusal(true, &format!("{element} {number} of ACD {acd}"))),
        }
    }

    /// Refuses what is put together over all rows of an ACD, unless all of them may be read.
    pub fn may_read_all(&self, acd: AcdNumber) -> Result<(), ErrorBody> {
        self.may_read(acd)?;
        match Element::ALL.iter().all(|element| self.of(acd, *element, None).read()) {
            true => Ok(()),
            false => Err(self.refusal(false, &format!("this, which is over all rows of ACD {acd},"))),
        }
    }

    /// Whether an element may be seen; of `None`, whether all of the kind may.
    pub fn sees_element(&self, acd: AcdNumber, element: Element, number: Option<&str>) -> bool {
        self.of(acd, element, number).read()
    }

    /// Whether exceptions of an element are told; of `None`, whether those of all of the kind are.
    pub fn is_told_of(&self, acd: AcdNumber, element: Element, number: Option<&str>) -> bool {
        self.of(acd, element, number).exceptions()
    }

    /// Whether exceptions of everything in an ACD are told.
    pub fn is_told_all(&self, acd: AcdNumber) -> bool {
        Element::ALL.iter().all(|element| self.is_told_of(acd, *element, None))
    }

    fn acd(&self, acd: AcdNumber) -> Access {
        self.everywhere.or(self.acds.get(&acd).map_or(Access::NOTHING, |access| access.acd))
    }

    fn of(&self, acd: AcdNumber, element: Element, number: Option<&str>) -> Access {
        let permitted = self.acds.get(&acd).filter(|access| !access.acd.is_nothing());
        let permitted = permitted.map_or(Access::NOTHING, |access| match number {
            Some(number) => access.of(element, number),
            None => access.of_all(element),
        });
        self.everywhere.or(permitted)
    }

    fn refusal(&self, writes: bool, what: &str) -> ErrorBody {
        let (user, verb) = (&self.user, if writes { "change" } else { "see" });
        let message = format!(
            "{user} may not {verb} {what}; an administrator permits it under Administration > Users and permissions, or with \
             `cms user permissions set {user} …`"
        );
        ErrorBody::new(ErrorCode::NotPermitted, message)
    }
}

/// What is permitted of a thing that exceptions watch; agents are watched by their split/skill.
pub fn element_watched(of: ExceptionElement) -> Element {
    match of {
        ExceptionElement::Agent | ExceptionElement::Split => Element::Split,
        ExceptionElement::TrunkGroup => Element::TrunkGroup,
        ExceptionElement::Vdn => Element::Vdn,
        ExceptionElement::Vector => Element::Vector,
    }
}
