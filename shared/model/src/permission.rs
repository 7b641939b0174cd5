//! What a user may read and change, and of what the user is told exceptions.
//!
//! Features are parts of the product and hold for the whole server. Everything else is permitted ACD by ACD: first the
//! ACD itself, then its splits/skills, trunk groups, VDNs and vectors, all of them or each by its number. What is not
//! permitted is not there. Agents, reasons and work codes have no permission of their own: see [`Element`].

use std::collections::BTreeMap;
use std::fmt;

/// What may be done with something. Whoever may write may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Access {
    read: bool,
    write: bool,
    exceptions: bool,
}

impl Access {
    /// Nothing.
    pub const NOTHING: Access = Access { read: false, write: false, exceptions: false };
    /// Reading alone.
    pub const READ: Access = Access { read: true, write: false, exceptions: false };
    /// Everything.
    pub const ALL: Access = Access { read: true, write: true, exceptions: true };

    /// Reading, writing, being told exceptions; who may write may read.
    pub fn new(read: bool, write: bool, exceptions: bool) -> Access {
        Access { read: read || write, write, exceptions }
    }

    /// From words between commas: `read`, `write`, `exceptions`, or `none` alone.
    pub fn parse(text: &str) -> Option<Access> {
        let mut access = Access::NOTHING;
        for word in text.split(',').map(str::trim) {
            access = match word {
                "read" => access.or(Access::READ),
                "write" => access.or(Access::new(true, true, false)),
                "exceptions" => access.or(Access::new(false, false, true)),
                "none" if text.trim() == "none" => access,
                _ => return None,
            };
        }
        Some(access)
    }

    /// Whether nothing may be done.
    pub fn is_nothing(self) -> bool {
        self == Access::NOTHING
    }

    /// Whether it may be read.
    pub fn read(self) -> bool {
        self.read
    }

    /// Whether it may be changed.
    pub fn write(self) -> bool {
        self.write
    }

    /// Whether exceptions of it are told.
    pub fn exceptions(self) -> bool {
        self.exceptions
    }

    /// What either of two permits.
    #[must_use]
    pub fn or(self, other: Access) -> Access {
        Access::new(self.read || other.read, self.write || other.write, self.exceptions || other.exceptions)
    }
}

/// The words that [`Access::parse`] reads.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [(self.read, "read"), (self.write, "write"), (self.exceptions, "exceptions")];
        let words: Vec<&str> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        f.write_str(if words.is_empty() { "none" } else { "" })?;
        f.write_str(&words.join(","))
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $( $variant:ident $word:literal $meaning:literal; )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( #[doc = $meaning] $variant ),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[ $( $name::$variant ),* ];

            /// What it is called in commands, files and messages.
            pub fn word(self) -> &'static str {
                match self { $( $name::$variant => $word ),* }
            }

            /// What it is, for people.
            pub fn meaning(self) -> &'static str {
                match self { $( $name::$variant => $meaning ),* }
            }

            /// From its word.
            pub fn parse(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|known| known.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// A part of the product.
    Feature {
        AgentAdministration "agent-administration" "Agent traces";
        CallCenterAdministration "call-center-administration" "Call profiles of splits and VDNs";
        Dictionary "dictionary" "Names in place of numbers, agent groups, calculations and constants";
        Exceptions "exceptions" "Exceptions: their rules and the log";
        Maintenance "maintenance" "Archiving status, digests, troubles of the server, queries on the history";
        Reports "reports" "Running reports; writing means making designer reports";
        SystemSetup "system-setup" "Data collection, storage, summarizing, external call history";
        Timetable "timetable" "Timetables of one's own; those of others are for administrators to change";
    }
}

words! {
    /// What of an ACD is permitted by its number. An agent's rows belong to their split/skill, a trunk's to its trunk group.
    Element {
        Split "splits" "Splits/skills, with the rows of their agents";
        TrunkGroup "trunk-groups" "Trunk groups, with their trunks";
        Vdn "vdns" "VDNs";
        Vector "vectors" "Vectors";
    }
}

/// What a user may of the elements of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Granted {
    /// Of all of them, also those that come later.
    pub all: Access,
    /// Besides that, of single ones, by number.
    pub each: BTreeMap<String, Access>,
}

/// What a user may of one ACD.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AcdAccess {
    /// Of the ACD itself. Without it the rest counts for nothing.
    pub acd: Access,
    /// Of its elements.
    pub elements: BTreeMap<Element, Granted>,
}

impl AcdAccess {
    /// Everything of an ACD to this extent.
    pub fn everything(access: Access) -> AcdAccess {
        let granted = Granted { all: access, each: BTreeMap::new() };
        AcdAccess { acd: access, elements: Element::ALL.iter().map(|element| (*element, granted.clone())).collect() }
    }

    /// What may be done with an element.
    pub fn of(&self, element: Element, number: &str) -> Access {
        let Some(granted) = self.elements.get(&element) else { return Access::NOTHING };
        granted.each.get(number).map_or(granted.all, |access| granted.all.or(*access))
    }

    /// What may be done with every element of a kind.
    pub fn of_all(&self, element: Element) -> Access {
        self.elements.get(&element).map_or(Access::NOTHING, |granted| granted.all)
    }
}
