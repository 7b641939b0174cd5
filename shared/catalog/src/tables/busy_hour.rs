//! Busy-hour items of daily rows: the same figures, of the day's busiest clock hour alone.
//!
//! The busy hour of a VDN is the hour with most INCALLS, that of a trunk group the hour with most occupancy (I_INOCC and
//! I_OUTOCC together). Of equal hours the earliest counts, so that two servers choose alike.

use crate::item::Unit;

/// Name, the interval item that it is a part of (none for the hour itself), unit, meaning.
pub type BusyHourLine = (&'static str, Option<&'static str>, Unit, &'static str);

/// Busy-hour items of dvdn, in the order of the table.
pub const VDN: &[BusyHourLine] = &[
    ("BH_STARTTIME", None, Unit::Id, "Local time at which the busy hour began, HHMM as a number"),
    ("BH_INTERVAL", None, Unit::Minutes, "Length of the archive intervals in the busy hour"),
    ("BH_INCALLS", Some("INCALLS"), Unit::Count, "INCALLS of the busy hour"),
    ("BH_ACDCALLS", Some("ACDCALLS"), Unit::Count, "ACDCALLS of the busy hour"),
    ("BH_ACDTIME", Some("ACDTIME"), Unit::Secs, "ACDTIME of the busy hour"),
    ("BH_ABNCALLS", Some("ABNCALLS"), Unit::Count, "ABNCALLS of the busy hour"),
    ("BH_OTHERCALLS", Some("OTHERCALLS"), Unit::Count, "OTHERCALLS of the busy hour"),
    ("BH_BUSYCALLS", Some("BUSYCALLS"), Unit::Count, "BUSYCALLS of the busy hour"),
    ("BH_DISCCALLS", Some("DISCCALLS"), Unit::Count, "DISCCALLS of the busy hour"),
    ("BH_VDISCCALLS", Some("VDISCCALLS"), Unit::Count, "VDISCCALLS of the busy hour"),
    ("BH_INTERFLOWCALLS", Some("INTERFLOWCALLS"), Unit::Count, "INTERFLOWCALLS of the busy hour"),
];

/// Busy-hour items of dtkgrp, in the order of the table.
pub const TRUNK_GROUP: &[BusyHourLine] = &[
    ("BH_STARTTIME", None, Unit::Id, "Local time at which the busy hour began, HHMM as a number"),
    ("BH_INTERVAL", None, Unit::Minutes, "Length of the archive intervals in the busy hour"),
    ("BH_ALLINUSETIME", Some("ALLINUSETIME"), Unit::Secs, "ALLINUSETIME of the busy hour"),
    ("BH_INTIME", Some("INTIME"), Unit::Secs, "INTIME of the busy hour"),
    ("BH_OUTTIME", Some("OUTTIME"), Unit::Secs, "OUTTIME of the busy hour"),
    ("BH_INCALLS", Some("INCALLS"), Unit::Count, "INCALLS of the busy hour"),
    ("BH_OUTCALLS", Some("OUTCALLS"), Unit::Count, "OUTCALLS of the busy hour"),
    ("BH_ABNCALLS", Some("ABNCALLS"), Unit::Count, "ABNCALLS of the busy hour"),
    ("BH_ACDCALLS", Some("ACDCALLS"), Unit::Count, "ACDCALLS of the busy hour"),
    ("BH_OABNCALLS", Some("O_ABNCALLS"), Unit::Count, "O_ABNCALLS of the busy hour"),
    ("BH_OACDCALLS", Some("O_ACDCALLS"), Unit::Count, "O_ACDCALLS of the busy hour"),
];
