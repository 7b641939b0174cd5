//! The macros that turn a one-line description of a message into both its writer and its reader, so that the two
//! cannot disagree.

/// Fields of a message, read into the named members: `read_members!(bytes, Type, "name", [member = number, …])`
/// evaluates to the struct or struct variant.
macro_rules! read_members {
    ($bytes:expr, [$($made:tt)+], $name:expr, [$($member:ident = $number:literal),*]) => {{
        $(let mut $member = None;)*
        let mut fields = $crate::native::wire::bytes::Fields::new($bytes);
        while let Some((number, value)) = fields.next()? {
            match number {
                $($number => $crate::native::wire::field::Field::merge(
                    &mut $member, value, concat!($name, ".", stringify!($member)))?,)*
                _ => _ = value,
            }
        }
        $($made)+ {
            $($member: match $member {
                Some(content) => content,
                None => $crate::native::wire::field::Field::absent(concat!($name, ".", stringify!($member)))?,
            },)*
        }
    }};
}

/// A struct as a message: `record!(Type { member = number, … });`
macro_rules! record {
    ($type:ident { $($member:ident = $number:literal),* $(,)? }) => {
        impl $crate::native::wire::field::Field for $type {
            fn write(&self, number: u32, out: &mut Vec<u8>) {
                $crate::native::wire::bytes::put_message(number, out, |_out| {
                    $($crate::native::wire::field::write_field(&self.$member, $number, _out);)*
                });
            }

            fn read(
                value: $crate::native::wire::bytes::Value<'_>, name: &'static str,
            ) -> Result<Self, $crate::native::wire::WireError> {
                Ok($crate::native::wire::message::read_members!(value.bytes(name)?, [$type], stringify!($type), [$($member = $number),*]))
            }
        }

        #[cfg(test)]
        impl $crate::native::wire::message::Described for $type {
            const FIELDS: &'static [$crate::native::wire::message::Variant] =
                &[(0, stringify!($type), &[$(($number, stringify!($member))),*])];
        }
    };
}

/// An enum as a `oneof`, each variant a message of its own: `oneof!(Enum { number => Variant { member = number } });`
macro_rules! oneof {
    ($type:ident { $($tag:literal => $variant:ident { $($member:ident = $number:literal),* }),* $(,)? }) => {
        impl $crate::native::wire::field::Oneof for $type {
            const NAME: &'static str = stringify!($type);

            fn write_variant(&self, out: &mut Vec<u8>) {
                match self {
                    $($type::$variant { $($member),* } => {
                        $crate::native::wire::bytes::put_message($tag, out, |_out| {
                            $($crate::native::wire::field::write_field($member, $number, _out);)*
                        });
                    })*
                }
            }

            fn read_variant(
                number: u32, value: $crate::native::wire::bytes::Value<'_>,
            ) -> Result<Option<Self>, $crate::native::wire::WireError> {
                Ok(Some(match number {
                    $($tag => $crate::native::wire::message::read_members!(
                        value.bytes(stringify!($variant))?, [$type::$variant],
                        concat!(stringify!($type), "::", stringify!($variant)), [$($member = $number),*]
                    ),)*
                    _ => return Ok(None),
                }))
            }
        }

        #[cfg(test)]
        impl $crate::native::wire::message::Described for $type {
            const FIELDS: &'static [$crate::native::wire::message::Variant] =
                &[$(($tag, stringify!($variant), &[$(($number, stringify!($member))),*])),*];
        }
    };
}

/// An enum without content as a protobuf enum: `plain_enum!(Enum { number => Variant, … });`. Zero says nothing
/// and is refused.
macro_rules! plain_enum {
    ($type:ident { $($number:literal => $variant:ident),* $(,)? }) => {
        impl $crate::native::wire::field::Field for $type {
            fn write(&self, number: u32, out: &mut Vec<u8>) {
                let value: u32 = match self {
                    $($type::$variant => $number,)*
                };
                value.write(number, out);
            }

            fn read(
                value: $crate::native::wire::bytes::Value<'_>, name: &'static str,
            ) -> Result<Self, $crate::native::wire::WireError> {
                match value.varint(name)? {
                    $($number => Ok($type::$variant),)*
                    number => Err($crate::native::wire::WireError::Range { field: name, number }),
                }
            }
        }

        #[cfg(test)]
        impl $crate::native::wire::message::Described for $type {
            const FIELDS: &'static [$crate::native::wire::message::Variant] =
                &[$(($number, stringify!($variant), &[])),*];
        }
    };
}

pub(in crate::native) use {oneof, plain_enum, read_members, record};

/// What the tests compare with the published `.proto` file: number, name and fields of each variant. A record
/// has one variant with number 0.
#[cfg(test)]
pub(in crate::native) trait Described {
    const FIELDS: &'static [Variant];
}

#[cfg(test)]
pub(in crate::native) type Variant = (u32, &'static str, &'static [(u32, &'static str)]);
