//! The archive in an image: tar as GNU tar reads it, with regular files alone.
//!
//! Long names and sizes beyond 8 GiB are written as GNU tar writes them. A library was turned down: it is one header of 512
//! bytes, and links, owners and devices are exactly what must not be in here.

use std::io::{Error, ErrorKind, Read, Result, Write};

const BLOCK: usize = 512;
/// Longest name in a header.
const NAME_MAX: usize = 100;
/// Longest name at all.
const LONG_NAME_MAX: u64 = 4_096;
/// Largest size that fits as octal digits.
const OCTAL_MAX: u64 = 0o777_7777_7777;
const LONG_NAME: u8 = b'L';
const REGULAR: u8 = b'0';

/// One file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name below the folder, with `/` between its parts.
    pub(super) name: String,
    /// Permissions.
    pub(super) mode: u32,
    /// When it was changed, UNIX seconds.
    pub(super) changed_at: u64,
    /// Bytes.
    pub(super) size: u64,
}

/// Begins a file; its bytes and [`pad`] come behind.
pub(super) fn begin(out: &mut impl Write, member: &Member) -> Result<()> {
    let name = member.name.as_bytes();
    if name.len() > NAME_MAX {
        let size = name.len() as u64 + 1;
        out.write_all(&header(b"././@LongLink", LONG_NAME, 0, 0, size))?;
        out.write_all(name)?;
        out.write_all(&[0])?;
        pad(out, size)?;
    }
    let short = &name[..name.len().min(NAME_MAX)];
    out.write_all(&header(short, REGULAR, member.mode, member.changed_at, member.size))
}

/// Fills up the last block of a file.
pub(super) fn pad(out: &mut impl Write, size: u64) -> Result<()> {
    out.write_all(&[0; BLOCK][..padding(size)])
}

/// Ends an archive.
pub(super) fn end(out: &mut impl Write) -> Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

fn padding(size: u64) -> usize {
    (BLOCK - (size % BLOCK as u64) as usize) % BLOCK
}

fn header(name: &[u8], kind: u8, mode: u32, changed_at: u64, size: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..name.len()].copy_from_slice(name);
    octal(&mut block[100..108], u64::from(mode & 0o7777));
    octal(&mut block[108..116], 0);
    octal(&mut block[116..124], 0);
    if size <= OCTAL_MAX {
        octal(&mut block[124..136], size);
    } else {
        block[124] = 0x80;
        block[128..136].copy_from_slice(&size.to_be_bytes());
    }
    octal(&mut block[136..148], changed_at.min(OCTAL_MAX));
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar  \0");
    let sum = sum_of(&block);
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

fn octal(field: &mut [u8], number: u64) {
    let digits = field.len() - 1;
    field[..digits].copy_from_slice(format!("{number:0digits$o}").as_bytes());
}

/// The sum of a header's bytes, its own place counted as blanks.
fn sum_of(block: &[u8; BLOCK]) -> u32 {
    block.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum()
}

fn wrong(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("the archive inside is not one of ours: {why}"))
}

/// The next file; `None` at the end. Its bytes and [`skip_padding`] come behind.
pub(super) fn next(from: &mut impl Read) -> Result<Option<Member>> {
    let mut long_name = None;
    loop {
        let mut block = [0; BLOCK];
        from.read_exact(&mut block)?;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let number = |field: &[u8]| -> Result<u64> {
            let text = field.split(|byte| matches!(byte, 0 | b' ')).find(|part| !part.is_empty()).unwrap_or_default();
            let text = std::str::from_utf8(text).map_err(|_| wrong("a number has no digits"))?;
            if text.is_empty() { Ok(0) } else { u64::from_str_radix(text, 8).map_err(|_| wrong("a number is none")) }
        };
        if number(&block[148..156])? != u64::from(sum_of(&block)) {
            return Err(wrong("a header's sum does not fit"));
        }
        let size = match block[124] {
            0x80 => block[128..136].iter().fold(0, |size, byte| (size << 8) | u64::from(*byte)),
            _ => number(&block[124..136])?,
        };
        match block[156] {
            LONG_NAME if size <= LONG_NAME_MAX => {
                let mut name = vec![0; size as usize];
                from.read_exact(&mut name)?;
                skip_padding(from, size)?;
                name.retain(|byte| *byte != 0);
                long_name = Some(name);
            }
            REGULAR => {
                let short = block[..NAME_MAX].split(|byte| *byte == 0).next().unwrap_or_default().to_vec();
                let name = String::from_utf8(long_name.unwrap_or(short)).map_err(|_| wrong("a name is no text"))?;
                if !is_below(&name) {
                    return Err(wrong(&format!("{name:?} leads out of the folder")));
                }
                let (mode, changed_at) = (number(&block[100..108])? as u32, number(&block[136..148])?);
                return Ok(Some(Member { name, mode, changed_at, size }));
            }
            kind => return Err(wrong(&format!("it has an entry of kind {kind}"))),
        }
    }
}

/// Passes over what fills up the last block of a file.
pub(super) fn skip_padding(from: &mut impl Read, size: u64) -> Result<()> {
    from.read_exact(&mut [0; BLOCK][..padding(size)])
}

/// Whether a name stays below the folder.
pub(super) fn is_below(name: &str) -> bool {
    !name.is_empty() && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
