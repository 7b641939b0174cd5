//! How each type of `model` lies in a protobuf field.

use std::sync::Arc;

use chrono_tz::Tz;
use model::event::{CallIdentity, Skill, Skills};
use model::{
    AcdNumber, AuxReason, CallId, CallProfile, CollectedDigits, EqLoc, ExceptionKey, ExceptionKind, ExceptionRule,
    ExceptionScope, Extension, IntervalMinutes, LineKind, LoginId, LogoutReason, Moment, PhoneNumber, SplitId,
    TrunkGroupId, Ucid, UserToUser, VdnId, VectorId, WorkCode,
};
use smallvec::SmallVec;

use super::WireError;
use super::bytes::{Fields, Value, put_bytes, put_message, put_number, put_varint};
use super::message::{read_members, record};

/// Something that can be the content of a field.
pub(in crate::native) trait Field: Sized {
    /// Appends the field.
    fn write(&self, number: u32, out: &mut Vec<u8>);

    /// Whether an absent field says the same.
    fn is_default(&self) -> bool {
        false
    }

    /// Makes the value from a field's content; `name` is for the error.
    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError>;

    /// The value of a field that is not there.
    fn absent(name: &'static str) -> Result<Self, WireError> {
        Err(WireError::Missing { field: name })
    }

    /// Takes in one occurrence: the last one counts, except for repeated fields.
    fn merge(slot: &mut Option<Self>, value: Value<'_>, name: &'static str) -> Result<(), WireError> {
        *slot = Some(Self::read(value, name)?);
        Ok(())
    }
}

/// An enum with content, as the `oneof` of a message.
pub(in crate::native) trait Oneof: Sized {
    fn write_variant(&self, out: &mut Vec<u8>);
    /// `None` if the field is not one of the variants.
    fn read_variant(number: u32, value: Value<'_>) -> Result<Option<Self>, WireError>;
    /// What the value is called in errors.
    const NAME: &'static str;
}

/// A message that holds nothing but one `oneof`.
impl<T: Oneof> Field for T {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_message(number, out, |out| self.write_variant(out));
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        let mut fields = Fields::new(value.bytes(name)?);
        let mut found = None;
        while let Some((number, value)) = fields.next()? {
            found = T::read_variant(number, value)?.or(found);
        }
        found.ok_or(WireError::NoVariant { message: T::NAME })
    }
}

impl<T: Field> Field for Option<T> {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        if let Some(content) = self {
            content.write(number, out);
        }
    }

    fn is_default(&self) -> bool {
        self.is_none()
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        T::read(value, name).map(Some)
    }

    fn absent(_: &'static str) -> Result<Self, WireError> {
        Ok(None)
    }
}

impl<T: Field> Field for Arc<T> {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        T::write(self, number, out);
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        T::read(value, name).map(Arc::new)
    }

    fn absent(name: &'static str) -> Result<Self, WireError> {
        T::absent(name).map(Arc::new)
    }
}

macro_rules! unsigned {
    ($($int:ty),*) => {$(
        impl Field for $int {
            fn write(&self, number: u32, out: &mut Vec<u8>) {
                put_number(number, u64::from(*self), out);
            }

            fn is_default(&self) -> bool {
                *self == 0
            }

            fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
                let number = value.varint(name)?;
                <$int>::try_from(number).map_err(|_| WireError::Range { field: name, number })
            }

            fn absent(_: &'static str) -> Result<Self, WireError> {
                Ok(0)
            }
        }
    )*};
}

unsigned!(u8, u16, u32, u64);

macro_rules! number_ids {
    ($($id:ident),*) => {$(
        impl Field for $id {
            fn write(&self, number: u32, out: &mut Vec<u8>) {
                self.0.write(number, out);
            }

            fn is_default(&self) -> bool {
                self.0 == 0
            }

            fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
                Field::read(value, name).map($id)
            }

            fn absent(_: &'static str) -> Result<Self, WireError> {
                Ok($id(0))
            }
        }
    )*};
}

number_ids!(AcdNumber, SplitId, VectorId, TrunkGroupId, AuxReason, LogoutReason, LineKind, CallId);

macro_rules! text_ids {
    ($($id:ident),*) => {$(
        impl Field for $id {
            fn write(&self, number: u32, out: &mut Vec<u8>) {
                put_bytes(number, self.as_str().as_bytes(), out);
            }

            fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
                $id::new(value.text(name)?).map_err(|source| WireError::Id { field: name, source })
            }
        }
    )*};
}

text_ids!(LoginId, Extension, VdnId, EqLoc, WorkCode, PhoneNumber, CollectedDigits, Ucid, UserToUser);

impl Field for bool {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_number(number, u64::from(*self), out);
    }

    fn is_default(&self) -> bool {
        !*self
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        Ok(value.varint(name)? != 0)
    }

    fn absent(_: &'static str) -> Result<Self, WireError> {
        Ok(false)
    }
}

impl Field for String {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_bytes(number, self.as_bytes(), out);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        value.text(name).map(str::to_owned)
    }

    fn absent(_: &'static str) -> Result<Self, WireError> {
        Ok(String::new())
    }
}

/// Microseconds on the wire, floored to the second.
impl Field for Moment {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_number(number, self.0.saturating_mul(1_000_000) as u64, out);
    }

    fn is_default(&self) -> bool {
        self.0 == 0
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        Ok(Moment::from_micros(value.varint(name)? as i64))
    }

    fn absent(_: &'static str) -> Result<Self, WireError> {
        Ok(Moment(0))
    }
}

impl Field for IntervalMinutes {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        u8::from(*self).write(number, out);
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        let minutes = u8::read(value, name)?;
        IntervalMinutes::try_from(minutes).map_err(|_| WireError::Range { field: name, number: minutes.into() })
    }
}

/// The zone's name in the IANA database.
impl Field for Tz {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_bytes(number, self.name().as_bytes(), out);
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        value.text(name)?.parse().map_err(|_| WireError::Zone { field: name })
    }
}

/// An empty message.
impl Field for () {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_message(number, out, |_| {});
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        value.bytes(name).map(|_| ())
    }
}

impl Field for Skills {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        self.iter().for_each(|skill| skill.write(number, out));
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        Skill::read(value, name).map(|skill| SmallVec::from_elem(skill, 1))
    }

    fn absent(_: &'static str) -> Result<Self, WireError> {
        Ok(SmallVec::new())
    }

    fn merge(slot: &mut Option<Self>, value: Value<'_>, name: &'static str) -> Result<(), WireError> {
        slot.get_or_insert_default().push(Skill::read(value, name)?);
        Ok(())
    }
}

/// Increments of a call profile: written packed, read packed or one by one, as protobuf demands.
impl Field for SmallVec<[u32; 9]> {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_message(number, out, |out| self.iter().for_each(|secs| put_varint(u64::from(*secs), out)));
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        let mut slot = None;
        Self::merge(&mut slot, value, name)?;
        Ok(slot.unwrap_or_default())
    }

    fn absent(_: &'static str) -> Result<Self, WireError> {
        Ok(SmallVec::new())
    }

    fn merge(slot: &mut Option<Self>, value: Value<'_>, name: &'static str) -> Result<(), WireError> {
        let list = slot.get_or_insert_default();
        let Value::Bytes(bytes) = value else {
            list.push(u32::read(value, name)?);
            return Ok(());
        };
        let mut packed = Fields::new(bytes);
        while !packed.is_empty() {
            list.push(u32::read(Value::Varint(packed.varint()?), name)?);
        }
        Ok(())
    }
}

/// Appends a field unless its absence says the same.
pub(in crate::native) fn write_field<T: Field>(content: &T, number: u32, out: &mut Vec<u8>) {
    if !content.is_default() {
        content.write(number, out);
    }
}

record!(CallProfile { service_level_secs = 1, increments_secs = 2 });
record!(Skill { split = 1, level = 2, reserve = 3, percent = 4 });
record!(CallIdentity {
    calling_party = 1,
    line_kind = 2,
    dialed_number = 3,
    collected_digits = 4,
    ucid = 5,
    user_to_user = 6,
});

/// A rule lies flat: its key's parts beside its values. Which kind a number means depends on the scope.
struct FlatRule {
    scope: ExceptionScope,
    number: u16,
    reason: Option<AuxReason>,
    threshold: u16,
    limit_secs: u32,
    on: bool,
}

impl Field for ExceptionRule {
    fn write(&self, number: u32, out: &mut Vec<u8>) {
        put_message(number, out, |out| {
            write_field(&self.key.scope, 1, out);
            write_field(&self.key.kind.number(), 2, out);
            write_field(&self.key.reason, 3, out);
            write_field(&self.threshold, 4, out);
            write_field(&self.limit_secs, 5, out);
            write_field(&self.on, 6, out);
        });
    }

    fn read(value: Value<'_>, name: &'static str) -> Result<Self, WireError> {
        let flat = read_members!(
            value.bytes(name)?,
            [FlatRule],
            "ExceptionRule",
            [scope = 1, number = 2, reason = 3, threshold = 4, limit_secs = 5, on = 6]
        );
        let kind = ExceptionKind::by_number(flat.scope.element(), flat.number)
            .ok_or(WireError::Range { field: "ExceptionRule.number", number: flat.number.into() })?;
        let key = ExceptionKey { scope: flat.scope, kind, reason: flat.reason };
        Ok(ExceptionRule { key, threshold: flat.threshold, limit_secs: flat.limit_secs, on: flat.on })
    }
}
