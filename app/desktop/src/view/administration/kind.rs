//! The pages there are: what each is called, what it is for, and what is asked for it.

use model::AcdNumber;
use session::{Page, Which};

/// A page of administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageKind {
    /// What is looked at each day on both servers.
    Checks,
    /// What a server did by itself or could not do.
    ErrorLog,
    /// The maintenance error log of the server that does not serve.
    OtherErrorLog,
    /// Data collection, links and storage intervals.
    #[default]
    Collection,
    /// What is archived and summed up.
    Archiving,
    /// How much is kept, and when it is summed up.
    Storage,
    /// Call profiles of splits and VDNs.
    Profiles,
    /// Rules for exceptions, and what they told.
    Exceptions,
    /// Agents who are traced.
    Traces,
    /// The files of External Call History.
    HistoryInterface,
    /// What the server does by itself.
    Timetables,
    /// Backups and restores.
    Backups,
    /// Both servers compared.
    Twin,
    /// Guided work on both servers.
    Worksheets,
    /// Names, agent groups, calculations and constants.
    Dictionary,
    /// What the house adds to everybody's menu.
    Menu,
    /// Skills of agents.
    Skills,
    /// Users and what they may.
    Users,
    /// The shortcuts of all users.
    Shortcuts,
    /// One or many, and the master ACD.
    Mode,
    /// The record of changes.
    Changes,
}

impl PageKind {
    /// All, in the order of the list, under what they are about.
    pub const GROUPS: [(&'static str, &'static [PageKind]); 5] = [
        ("Every day", &[PageKind::Checks, PageKind::ErrorLog, PageKind::Changes]),
        (
            "Call centre",
            &[PageKind::Profiles, PageKind::Exceptions, PageKind::Traces, PageKind::Skills, PageKind::Dictionary],
        ),
        ("Data", &[PageKind::Collection, PageKind::Archiving, PageKind::Storage, PageKind::HistoryInterface]),
        ("Users and their work", &[PageKind::Users, PageKind::Shortcuts, PageKind::Menu, PageKind::Timetables]),
        ("Both servers", &[PageKind::Backups, PageKind::Twin, PageKind::Worksheets, PageKind::Mode]),
    ];

    /// All, in the order of the list.
    #[cfg(test)]
    pub fn all() -> impl Iterator<Item = PageKind> {
        Self::GROUPS.into_iter().flat_map(|(_, pages)| pages.iter().copied())
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            PageKind::Checks => "Daily checks",
            PageKind::ErrorLog | PageKind::OtherErrorLog => "Maintenance error log",
            PageKind::Collection => "Data collection",
            PageKind::Archiving => "Archiving status",
            PageKind::Storage => "Data storage",
            PageKind::Profiles => "Call profiles",
            PageKind::Exceptions => "Exceptions",
            PageKind::Traces => "Agent trace",
            PageKind::HistoryInterface => "External Call History",
            PageKind::Timetables => "Timetables",
            PageKind::Backups => "Backups",
            PageKind::Twin => "Servers side by side",
            PageKind::Worksheets => "Worksheets",
            PageKind::Dictionary => "Dictionary",
            PageKind::Menu => "Main menu",
            PageKind::Skills => "Agent skills",
            PageKind::Users => "Users and permissions",
            PageKind::Shortcuts => "Shortcuts of users",
            PageKind::Mode => "Mode",
            PageKind::Changes => "Changes",
        }
    }

    /// What it is for, in a line or two.
    pub fn about(self) -> &'static str {
        match self {
            PageKind::Checks => {
                "What must be looked at each day on both servers: links, archiving, backups, free space, the maintenance error log. \
                 Good only where it is really so; what cannot be asked is not good"
            }
            PageKind::ErrorLog | PageKind::OtherErrorLog => {
                "What this server did by itself or could not do, newest first. Each is counted until somebody acknowledges it, which \
                 means that it was seen; the same trouble after that is a new entry"
            }
            PageKind::Collection => {
                "Whether data of each ACD are collected, over which link, and in intervals of how many minutes"
            }
            PageKind::Archiving => {
                "What is archived and summed up, what is due, and which days, weeks and months were made from other rows than \
                 there are now"
            }
            PageKind::Storage => {
                "How many days, weeks and months of each element are kept, when they are summed up, and what they take"
            }
            PageKind::Profiles => {
                "The service level of each split/skill and VDN, and the limits of its wait bins. A change holds from the \
                 beginning of the running interval on: that interval is counted anew, and no data are lost"
            }
            PageKind::Exceptions => {
                "What is told when something passes a limit. A rule is checked from the moment it is turned on; counting begins \
                 anew with each interval"
            }
            PageKind::Traces => {
                "Of which agents every change of state is recorded. The Agent Trace report shows what was recorded"
            }
            PageKind::HistoryInterface => {
                "Whether the records of single calls are handed over as files, and how far that is"
            }
            PageKind::Timetables => {
                "What this server does by itself, when, in whose name, and whether a copy on another server runs, too"
            }
            PageKind::Backups => {
                "What is backed up on the devices of this server, and what was restored from it. Data collection and reports go on \
                 meanwhile"
            }
            PageKind::Twin => {
                "Whether both servers hold the same: intervals and summaries by their digests, administration by table and row; and \
                 how this one gets what only the other has"
            }
            PageKind::Worksheets => {
                "What is done on both servers, step by step. Both keep it, so anybody can go on from any PC"
            }
            PageKind::Dictionary => {
                "Names that reports show instead of numbers, agents under one name, and what the house computes by itself"
            }
            PageKind::Menu => {
                "What your house adds to everybody's menu at the top: web addresses, documents, and programs that run on the server"
            }
            PageKind::Skills => {
                "The skills of the agents who are logged in, as the switch has them. The switch changes them and tells both servers"
            }
            PageKind::Shortcuts => {
                "Reports that users open together. Everybody keeps their own with Shortcuts in the top bar; here a copy is given to \
                 somebody else, and what nobody needs is deleted"
            }
            PageKind::Users => "Who may sign in on this server, and what each user may read, change and be told",
            PageKind::Mode => {
                "Whether everybody may work on this server or one administrator alone, as some operations need. Data collection \
                 goes on in either"
            }
            PageKind::Changes => "What administrators changed on this server, newest first",
        }
    }

    /// What there is to know about the other server, by its name; `None` if nothing is changed here.
    pub fn elsewhere(self, other: &str) -> Option<String> {
        Some(match self {
            PageKind::Profiles | PageKind::Exceptions => {
                format!(
                    "Each server keeps its own: Servers side by side, Admin-Sync carries them over, or make the same change on {other}, too"
                )
            }
            PageKind::Collection | PageKind::Storage | PageKind::Traces => {
                format!("Each server keeps its own: make the same change on {other}, too")
            }
            PageKind::ErrorLog => format!("{other} has a log of its own, which can be chosen here"),
            PageKind::OtherErrorLog => format!("This is the log of {other}, which does not serve your reports"),
            PageKind::Archiving => {
                format!("Each server sums up by itself: look at {other}, too, before you sum up again there")
            }
            PageKind::HistoryInterface => {
                format!("{other} has a switch of its own: if both send, the receiver gets everything twice")
            }
            PageKind::Timetables => {
                format!(
                    "A timetable on {other} runs for itself; one that runs only on this CMS server does not run there"
                )
            }
            PageKind::Backups => {
                format!("{other} has backups of its own: back both up, and carry a volume over to restore it there")
            }
            PageKind::Users => {
                format!(
                    "Make the same change on {other}, too, or carry it to the secondary with Admin-Sync or a backup. Passwords are never \
                     carried: each server has its own"
                )
            }
            PageKind::Shortcuts => {
                format!("They are carried to {other} with CMS system administration data, by a backup or by Admin-Sync")
            }
            PageKind::Mode => format!("{other} has a mode of its own, and people work there meanwhile"),
            PageKind::Dictionary => {
                format!(
                    "It is changed on the primary and carried to the secondary with Admin-Sync or a backup; {other} has its own copy"
                )
            }
            PageKind::Menu => {
                format!(
                    "It is changed on the primary and carried to the secondary with its files, with Admin-Sync or a backup; {other} has \
                     its own copy"
                )
            }
            PageKind::Checks | PageKind::Twin | PageKind::Worksheets | PageKind::Skills | PageKind::Changes => {
                return None;
            }
        })
    }

    /// Which server tells it while this one serves.
    pub fn told_by(self, serving: Which) -> Which {
        if self == PageKind::OtherErrorLog { serving.other() } else { serving }
    }

    /// Where it stands in the list of pages.
    pub fn listed(self) -> PageKind {
        if self == PageKind::OtherErrorLog { PageKind::ErrorLog } else { self }
    }

    /// What the session is to ask for; `None` while an ACD is needed and none is known.
    pub fn page(self, acd: Option<AcdNumber>) -> Option<Page> {
        match self {
            PageKind::Collection => Some(Page::Collection),
            PageKind::ErrorLog => Some(Page::ErrorLog),
            PageKind::OtherErrorLog => Some(Page::OtherErrorLog),
            PageKind::Archiving => Some(Page::Archiving),
            PageKind::Storage => acd.map(Page::Storage),
            PageKind::Profiles => acd.map(Page::Profiles),
            PageKind::Exceptions => acd.map(Page::Exceptions),
            PageKind::Traces => acd.map(Page::Traces),
            PageKind::HistoryInterface => Some(Page::HistoryInterface),
            PageKind::Timetables => Some(Page::Timetables),
            PageKind::Backups => Some(Page::Backups),
            // Nothing is asked of the serving server alone.
            PageKind::Checks | PageKind::Twin | PageKind::Worksheets => None,
            PageKind::Dictionary => acd.map(Page::Dictionary),
            PageKind::Skills => acd.map(Page::Skills),
            PageKind::Menu => Some(Page::Menu),
            PageKind::Users => Some(Page::Users),
            PageKind::Shortcuts => Some(Page::Shortcuts),
            PageKind::Mode => Some(Page::Mode),
            PageKind::Changes => Some(Page::Changes),
        }
    }

    /// Whether it shows the chosen ACD alone.
    pub fn is_of_one_acd(self) -> bool {
        matches!(
            self,
            PageKind::Storage
                | PageKind::Profiles
                | PageKind::Exceptions
                | PageKind::Traces
                | PageKind::Dictionary
                | PageKind::Skills
        )
    }

    /// Whether only administrators may see it.
    pub fn is_for_administrators(self) -> bool {
        matches!(self, PageKind::Users | PageKind::Shortcuts | PageKind::Changes | PageKind::Menu)
    }

    /// Whether what is done on it is meant for the one server alone, so that a secondary is no place to be warned of.
    pub fn is_each_servers_own(self) -> bool {
        matches!(self, PageKind::Backups | PageKind::Mode | PageKind::Skills | PageKind::Dictionary | PageKind::Menu)
    }

    /// Whether administrators change something on it, on each server for itself.
    pub fn changes_something(self) -> bool {
        !matches!(
            self,
            PageKind::Checks
                | PageKind::ErrorLog
                | PageKind::OtherErrorLog
                | PageKind::Timetables
                | PageKind::Twin
                | PageKind::Worksheets
                | PageKind::Changes
        )
    }
}
