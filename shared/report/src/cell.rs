//! One cell of a sheet, and the short JSON that it travels as.
//!
//! A normal cell is its bare value: `null`, `5`, `3.2`, `"AVAIL"`, `{"s":1700000000}` for a time that runs
//! since then, `{"a":1700000000}` for a moment. A coloured cell is `[1, value]` (caution) or `[2, value]`
//! (warning). Whole and decimal numbers stay apart: `5` and `5.0`.

use std::fmt;
use std::sync::Arc;

use catalog::Value;
use model::Moment;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeTuple, Serializer};

/// How much a value wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Level {
    /// Nothing special.
    #[default]
    Normal,
    /// Worth a look.
    Caution,
    /// Worth acting on.
    Warning,
}

/// A value with its level.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What the cell holds.
    pub value: Value,
    /// How much it wants to be seen.
    pub level: Level,
}

impl Cell {
    /// A cell without colour.
    pub fn normal(value: Value) -> Self {
        Cell { value, level: Level::Normal }
    }
}

/// A value without its level, as it stands in JSON.
struct Bare<V>(V);

impl Serialize for Bare<&Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (tag, moment) = match self.0 {
            Value::Blank => return serializer.serialize_unit(),
            Value::Int(number) => return serializer.serialize_i64(*number),
            Value::Real(number) => return serializer.serialize_f64(*number),
            Value::Text(text) => return serializer.serialize_str(text),
            Value::Since(since) => ("s", since),
            Value::At(at) => ("a", at),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(tag, moment)?;
        map.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let level: u8 = match self.level {
            Level::Normal => return Bare(&self.value).serialize(serializer),
            Level::Caution => 1,
            Level::Warning => 2,
        };
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&level)?;
        pair.serialize_element(&Bare(&self.value))?;
        pair.end()
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

impl<'de> Deserialize<'de> for Bare<Value> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cell = Cell::deserialize(deserializer)?;
        if cell.level == Level::Normal { Ok(Bare(cell.value)) } else { Err(de::Error::custom("a cell has one level")) }
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell: null, a number, a text, {\"s\": seconds}, {\"a\": seconds} or [level, value]")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::normal(Value::Blank))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::normal(Value::Int(number)))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Cell, E> {
        let number = i64::try_from(number).map_err(|_| E::custom("a cell's number is out of range"))?;
        Ok(Cell::normal(Value::Int(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
        Ok(Cell::normal(Value::Real(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::normal(Value::Text(Arc::from(text))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let (tag, moment): (String, Moment) = map.next_entry()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
        match tag.as_str() {
            "s" => Ok(Cell::normal(Value::Since(moment))),
            "a" => Ok(Cell::normal(Value::At(moment))),
            other => Err(de::Error::unknown_field(other, &["s", "a"])),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<Cell, A::Error> {
        let level: u8 = pair.next_element()?.ok_or_else(|| de::Error::invalid_length(0, &self))?;
        let Bare(value) = pair.next_element()?.ok_or_else(|| de::Error::invalid_length(1, &self))?;
        let level = match level {
            1 => Level::Caution,
            2 => Level::Warning,
            other => return Err(de::Error::custom(format!("a cell's level is 1 or 2, not {other}"))),
        };
        Ok(Cell { value, level })
    }
}
