//! The layouts of the record as data: one line for each field, in the order of the file, with its width in bytes in each
//! version; 0 where the version lacks it.
//!
//! Offsets are never written down; they follow from the widths before. Records have no separators and no padding.

/// A version of the record. The number is what a file's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Version {
    /// Releases 12 to 15.
    R12 = 12,
    /// Release 16.
    R16 = 16,
    /// Release 16.3.
    R163 = 163,
    /// Release 17.
    R170 = 170,
    /// Release 18.
    R180 = 180,
    /// Release 19 and later; the newest that is known.
    R181 = 181,
}

/// Where a field stands in a record and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The item of `call_rec`.
    pub name: &'static str,
    /// Bytes before it.
    pub offset: usize,
    /// Its bytes.
    pub width: usize,
    /// How they are read.
    pub kind: FieldKind,
}

/// How a field's bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Little endian; signed where it has two bytes.
    Number,
    /// ASCII, filled up with zeros, of which there is at least one.
    Text,
    /// One bit of a byte, counted from the lowest.
    Flag(u8),
}

impl Version {
    /// All of them, the oldest first.
    pub const ALL: [Version; 6] =
        [Version::R12, Version::R16, Version::R163, Version::R170, Version::R180, Version::R181];

    /// The version of this number.
    pub fn from_number(number: u32) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.number() == number)
    }

    /// What a file's header says.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// Bytes of a record.
    pub fn record_bytes(self) -> usize {
        lines().map(|line| usize::from(line.widths[self.column()])).sum()
    }

    /// The fields in the order of the file; the flags of a byte from the lowest bit up.
    pub fn fields(self) -> Vec<Field> {
        let mut offset = 0;
        let mut fields = Vec::new();
        for line in lines() {
            let width = usize::from(line.widths[self.column()]);
            if width > 0 {
                for (name, bit) in line.names.iter().zip(0..) {
                    let kind = match line.form {
                        Form::Number => FieldKind::Number,
                        Form::Text => FieldKind::Text,
                        Form::Flags => FieldKind::Flag(bit),
                    };
                    fields.push(Field { name, offset, width, kind });
                }
            }
            offset += width;
        }
        fields
    }

    fn column(self) -> usize {
        match self {
            Version::R12 => 0,
            Version::R16 => 1,
            Version::R163 => 2,
            Version::R170 => 3,
            Version::R180 => 4,
            Version::R181 => 5,
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number().fmt(f)
    }
}

/// The whole record.
fn lines() -> impl Iterator<Item = &'static Line> {
    [NUMBERS, FLAGS, BYTES, TEXTS, END].into_iter().flatten()
}

enum Form {
    Number,
    Text,
    Flags,
}

struct Line {
    names: &'static [&'static str],
    form: Form,
    /// In versions 12, 16, 163, 170, 180, 181.
    widths: [u8; 6],
}

macro_rules! lines {
    ($( $form:ident $widths:expr => $($name:literal)+; )*) => {
        &[ $( $( lines!(@line $form $widths, $name) ),+ ),* ]
    };
    (@line $form:ident $widths:expr, $name:literal) => {
        Line { names: &[$name], form: Form::$form, widths: $widths }
    };
}

const INT: [u8; 6] = [4; 6];
const UTC: [u8; 6] = [0, 4, 4, 4, 4, 4];
const SMALL: [u8; 6] = [2; 6];
const BYTE: [u8; 6] = [1; 6];
const SURPLUS: [u8; 6] = [0, 1, 1, 1, 1, 1];
const ADJUNCT: [u8; 6] = [0, 0, 1, 1, 1, 1];
const FROM_180: [u8; 6] = [0, 0, 0, 0, 4, 4];
const ONLY_170: [u8; 6] = [0, 0, 0, 4, 0, 0];
const VDN: [u8; 6] = [8, 16, 16, 16, 17, 17];
const LOGIN: [u8; 6] = [10, 16, 16, 16, 17, 17];
const CODE: [u8; 6] = [17; 6];
const ATTRIBUTE: [u8; 6] = [0, 0, 0, 0, 21, 21];

const NUMBERS: &[Line] = lines! {
    Number INT => "CALLID" "ACWTIME" "ANSHOLDTIME" "CONSULTTIME" "DISPTIME" "DURATION" "SEGSTART";
    Number UTC => "SEGSTART_UTC";
    Number INT => "SEGSTOP";
    Number UTC => "SEGSTOP_UTC";
    Number INT => "TALKTIME" "NETINTIME" "ORIGHOLDTIME" "QUEUETIME" "RINGTIME";
    Number FROM_180 => "TENANT";
    Number ONLY_170 => "ORIG_ATTRIB_ID" "ANS_ATTRIB_ID" "OBS_ATTRIB_ID";
    Number [0, 0, 0, 0, 0, 4] => "ECD_NUM";
    Number SMALL => "DISPIVECTOR" "DISPSPLIT" "FIRSTIVECTOR" "SPLIT1" "SPLIT2" "SPLIT3" "TKGRP";
    Number SMALL => "EQ_LOCID" "ORIG_LOCID" "ANS_LOCID" "OBS_LOCID" "UUI_LEN";
};

const FLAGS: &[Line] = &[
    Line {
        names: &["ASSIST", "AUDIO", "CONFERENCE", "DA_QUEUED", "HOLDABN", "MALICIOUS", "OBSERVINGCALL", "TRANSFERRED"],
        form: Form::Flags,
        widths: BYTE,
    },
    Line { names: &["AGT_RELEASED"], form: Form::Flags, widths: BYTE },
];

const BYTES: &[Line] = lines! {
    Number BYTE => "ACD" "DISPOSITION" "DISPPRIORITY" "HELD" "SEGMENT" "ANSREASON" "ORIGREASON" "DISPSKLEVEL";
    Number BYTE => "EVENT1" "EVENT2" "EVENT3" "EVENT4" "EVENT5" "EVENT6" "EVENT7" "EVENT8" "EVENT9";
    Number [0, 0, 0, 0, 0, 1] => "ECD_CONTROL" "ECD_INFO";
};

const TEXTS: &[Line] = lines! {
    Text [21; 6] => "UCID";
    Text VDN => "DISPVDN";
    Text [10; 6] => "EQLOC";
    Text VDN => "FIRSTVDN";
    Text LOGIN => "ORIGLOGIN" "ANSLOGIN" "LASTOBSERVER";
    Text [25; 6] => "DIALED_NUM";
    Text [13, 25, 25, 25, 25, 25] => "CALLING_PTY";
    Text CODE => "LASTDIGITS" "LASTCWC";
    Text [3; 6] => "CALLING_II";
    Text CODE => "CWC1" "CWC2" "CWC3" "CWC4" "CWC5";
    Text VDN => "VDN2" "VDN3" "VDN4" "VDN5" "VDN6" "VDN7" "VDN8" "VDN9";
    Text [97; 6] => "ASAI_UUI";
};

const END: &[Line] = lines! {
    Number SURPLUS => "INTERRUPTDEL" "AGENTSURPLUS" "AGENTSKILLLEVEL" "PREFSKILLLEVEL";
    Number ADJUNCT => "ICRRESENT" "ICRPULLREASON";
    Text ATTRIBUTE => "ORIG_ATTRIB_ID" "ANS_ATTRIB_ID" "OBS_ATTRIB_ID";
    Text [0, 0, 0, 0, 0, 17] => "ECD_STR";
};
