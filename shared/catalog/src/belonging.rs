//! To what of an ACD the rows of a table belong: whoever may not see that, does not see the rows.

use model::Element;

use crate::table::Table;

/// To what a table's rows belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// To the ACD itself: whoever may see the ACD sees them.
    Acd,
    /// To everything at once: they put all elements together, so only who may see all splits/skills sees them.
    Everything,
    /// Each to one element: to the first of these whose item it fills in. A row that fills in none of them is only for who
    /// may see all elements of the first kind.
    Elements(&'static [(Element, &'static str)]),
}

const SPLIT: (Element, &str) = (Element::Split, "SPLIT");
const VDN: (Element, &str) = (Element::Vdn, "VDN");
const VECTOR: (Element, &str) = (Element::Vector, "VECTOR");
const TRUNK_GROUP: (Element, &str) = (Element::TrunkGroup, "TKGRP");

const CALL_REC: &[(Element, &str)] =
    &[(Element::Split, "DISPSPLIT"), (Element::Vdn, "DISPVDN"), (Element::Vector, "DISPIVECTOR"), TRUNK_GROUP];

impl Table {
    /// To what its rows belong. A table that is new here belongs to everything until it is said otherwise.
    pub fn belonging(&self) -> Belonging {
        match self.element() {
            "_secs" | "linkex" => Belonging::Acd,
            "split" | "agent" | "ag_actv" | "haglog" | "agex" | "spex" => Belonging::Elements(&[SPLIT]),
            "vdn" | "vdnex" => Belonging::Elements(&[VDN]),
            "vector" | "vecex" => Belonging::Elements(&[VECTOR]),
            "tkgrp" | "trunk" | "tgex" => Belonging::Elements(&[TRUNK_GROUP]),
            "mctex" => Belonging::Elements(&[SPLIT, VDN, TRUNK_GROUP]),
            "call_rec" => Belonging::Elements(CALL_REC),
            _ => Belonging::Everything,
        }
    }
}
