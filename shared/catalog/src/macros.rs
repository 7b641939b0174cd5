//! The one macro of the catalogue.

/// Declares the numeric columns of an interval table: `NAME Class Unit "meaning";`, or
/// `NAME[lo..=hi] Class Unit "meaning";` for a series of numbered items such as ACDCALLS1 to ACDCALLS10.
///
/// Each name becomes a [`Column`](crate::tables::Column) constant; `Row` is the array that they index.
macro_rules! columns {
    ($( $name:ident $([$low:literal ..= $high:literal])? $class:ident $unit:ident $meaning:literal; )*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "item names are the field's; not every table has one with an underscore")]
        enum Line { $($name),* }

        /// The lines of the table, in order.
        pub(crate) const LINES: &[$crate::tables::Line] = &[
            $( $crate::tables::Line {
                name: stringify!($name),
                series: columns!(@series $($low $high)?),
                class: $crate::Class::$class,
                unit: $crate::Unit::$unit,
                meaning: $meaning,
            } ),*
        ];

        $(
            #[doc = $meaning]
            pub const $name: $crate::tables::Column<Row> = $crate::tables::Column::of(LINES, Line::$name as usize);
        )*

        /// Number of columns.
        pub const WIDTH: usize = $crate::tables::width(LINES);

        /// The values of one row, indexed by the constants of this module.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Row([u32; WIDTH]);

        $crate::tables::row_impls!(Row, WIDTH);
    };
    (@series) => { None };
    (@series $low:literal $high:literal) => { Some(($low, $high)) };
}
