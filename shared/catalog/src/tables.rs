//! The tables, one file each, and the typed columns that index their rows.

use std::marker::PhantomData;

use crate::item::{Class, Item, Unit};

pub mod busy_hour;
pub mod derived;
pub mod events;
pub mod hagent;
pub mod hcwc;
pub mod hsplit;
pub mod htkgrp;
pub mod htrunk;
pub mod hvdn;
pub mod hvector;
pub mod realtime;
pub mod unfilled;

/// One line of a table: an item, or a series of numbered items.
#[derive(Debug)]
pub struct Line {
    pub(crate) name: &'static str,
    pub(crate) series: Option<(u16, u16)>,
    pub(crate) class: Class,
    pub(crate) unit: Unit,
    pub(crate) meaning: &'static str,
}

impl Line {
    const fn len(&self) -> usize {
        match self.series {
            Some((low, high)) => (high - low + 1) as usize,
            None => 1,
        }
    }

    /// The items of this line. A series whose stem is an item of its own (ACDCALLS and ACDCALLS1 to
    /// ACDCALLS10) is written with `_N` in Rust; the item names do not have it.
    pub(crate) fn items(&self) -> impl Iterator<Item = Item> {
        let stem = self.name.strip_suffix("_N").unwrap_or(self.name);
        let numbers = self.series.map_or(0..=0, |(low, high)| low..=high);
        numbers.map(move |number| Item {
            name: if self.series.is_some() { format!("{stem}{number}") } else { self.name.to_owned() },
            class: self.class,
            unit: self.unit,
            text: false,
            meaning: self.meaning,
        })
    }
}

/// Where an item stands in the rows of type `R`.
pub struct Column<R> {
    offset: u16,
    low: u16,
    len: u16,
    row: PhantomData<fn() -> R>,
}

impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Column<R> {}

impl<R> Column<R> {
    pub(crate) const fn of(lines: &[Line], line: usize) -> Self {
        let mut offset = 0;
        let mut before = 0;
        while before < line {
            offset += lines[before].len();
            before += 1;
        }
        let low = match lines[line].series {
            Some((low, _)) => low,
            None => 0,
        };
        Column { offset: offset as u16, low, len: lines[line].len() as u16, row: PhantomData }
    }

    /// The column of a series that bears `number`, as in `ACDCALLS.at(3)` for ACDCALLS3.
    ///
    /// # Panics
    /// If the series has no such number.
    #[inline]
    pub fn at(self, number: usize) -> Self {
        let step = number.wrapping_sub(self.low as usize);
        assert!(step < self.len as usize, "the series has no item {number}");
        Column { offset: self.offset + step as u16, low: 0, len: 1, row: PhantomData }
    }

    /// Position among the row's values.
    #[inline]
    pub fn index(self) -> usize {
        self.offset as usize
    }
}

/// Total number of columns of a table.
pub(crate) const fn width(lines: &[Line]) -> usize {
    let mut total = 0;
    let mut line = 0;
    while line < lines.len() {
        total += lines[line].len();
        line += 1;
    }
    total
}

macro_rules! row_impls {
    ($row:ident, $width:ident) => {
        impl Default for $row {
            fn default() -> Self {
                $row([0; $width])
            }
        }

        impl $row {
            /// All values, in the order of the table's numeric items.
            pub fn values(&self) -> &[u32] {
                &self.0
            }

            /// All values, to be filled from a store.
            pub fn values_mut(&mut self) -> &mut [u32] {
                &mut self.0
            }
        }

        impl std::ops::Index<$crate::tables::Column<$row>> for $row {
            type Output = u32;

            #[inline]
            fn index(&self, column: $crate::tables::Column<$row>) -> &u32 {
                &self.0[column.index()]
            }
        }

        impl std::ops::IndexMut<$crate::tables::Column<$row>> for $row {
            #[inline]
            fn index_mut(&mut self, column: $crate::tables::Column<$row>) -> &mut u32 {
                &mut self.0[column.index()]
            }
        }

        impl serde::Serialize for $row {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.0[..], serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $row {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let values: Vec<u32> = serde::Deserialize::deserialize(deserializer)?;
                let len = values.len();
                let values =
                    values.try_into().map_err(|_| serde::de::Error::invalid_length(len, &"one value per column"))?;
                Ok($row(values))
            }
        }
    };
}
pub(crate) use row_impls;
