//! The manager interface's framing: a banner line, then blocks of `Key: Value` lines ended by an empty line.
//!
//! Any chunking of the bytes gives the same blocks. Malformed and oversized input is counted and skipped; it must
//! never panic and never grow memory without bound. A half block is dropped with the connection.

/// Longest line that is read; the rest of a longer one is skipped.
const LINE_MAX: usize = 64 * 1024;
/// Largest block that is kept; a larger one is skipped whole.
const BLOCK_MAX: usize = 1024 * 1024;

/// One block of the stream: keys with values, in order; keys may repeat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Block {
    text: String,
    /// Start of the key, the colon, and end of the line, as offsets into `text`.
    lines: Vec<(usize, usize, usize)>,
}

impl Block {
    /// The first value of a key; keys are compared without regard to case. Empty values count as absent.
    pub(super) fn field(&self, key: &str) -> Option<&str> {
        let (_, colon, end) =
            self.lines.iter().find(|(start, colon, _)| self.text[*start..*colon].eq_ignore_ascii_case(key))?;
        let value = self.text[colon + 1..*end].trim();
        (!value.is_empty()).then_some(value)
    }

    /// The first value of a key, or the empty text.
    pub(super) fn text(&self, key: &str) -> &str {
        self.field(key).unwrap_or_default()
    }

    /// A value as a number.
    pub(super) fn number<T: std::str::FromStr>(&self, key: &str) -> Option<T> {
        self.field(key)?.parse().ok()
    }

    /// Name of the event; empty for a response.
    pub(super) fn event(&self) -> &str {
        self.text("Event")
    }

    /// The switch's time of it in UNIX microseconds.
    pub(super) fn micros(&self) -> Option<i64> {
        let (secs, fraction) = match self.field("Timestamp")?.split_once('.') {
            Some((secs, fraction)) => (secs, fraction),
            None => (self.field("Timestamp")?, ""),
        };
        let secs: i64 = secs.parse().ok().filter(|secs| (0..100_000_000_000).contains(secs))?;
        let mut micros = 0;
        for place in 0..6 {
            let digit = match fraction.as_bytes().get(place) {
                Some(digit @ b'0'..=b'9') => i64::from(digit - b'0'),
                Some(_) => return None,
                None => 0,
            };
            micros = micros * 10 + digit;
        }
        Some(secs * 1_000_000 + micros)
    }

    fn push(&mut self, line: &str) -> bool {
        let Some(colon) = line.find(':') else { return false };
        let start = self.text.len();
        self.text.push_str(line);
        self.lines.push((start, start + colon, self.text.len()));
        true
    }
}

/// What the reader found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    /// The first line of the connection.
    Banner(String),
    /// A whole block.
    Block(Block),
    /// Input that is no block; said once per fault with what was wrong.
    Malformed(&'static str),
}

/// Cuts bytes into frames.
#[derive(Debug, Default)]
pub(super) struct Reader {
    banner_seen: bool,
    line: Vec<u8>,
    line_too_long: bool,
    block: Block,
    block_bad: Option<&'static str>,
}

impl Reader {
    /// Takes bytes and gives each finished frame to `sink`.
    pub(super) fn read(&mut self, bytes: &[u8], mut sink: impl FnMut(Frame)) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let ended = piece.last() == Some(&b'\n');
            let content = if ended { &piece[..piece.len() - 1] } else { piece };
            let room = LINE_MAX - self.line.len();
            self.line_too_long |= content.len() > room;
            self.line.extend_from_slice(&content[..content.len().min(room)]);
            if ended && let Some(frame) = self.end_line() {
                sink(frame);
            }
        }
    }

    fn end_line(&mut self) -> Option<Frame> {
        let raw = std::mem::take(&mut self.line);
        let too_long = std::mem::take(&mut self.line_too_long);
        let text = String::from_utf8_lossy(&raw);
        let line = text.trim_end_matches('\r');
        if !self.banner_seen {
            self.banner_seen = true;
            return Some(Frame::Banner(line.chars().take(200).collect()));
        }
        if line.is_empty() && !too_long {
            return self.end_block();
        }
        if too_long {
            self.block_bad.get_or_insert("a line is longer than 64 KiB");
        } else if self.block.text.len() + line.len() > BLOCK_MAX {
            self.block_bad.get_or_insert("a block is larger than 1 MiB");
        } else if self.block_bad.is_none() && !self.block.push(line) {
            self.block_bad = Some("a line has no colon");
        }
        if self.block_bad.is_some() {
            self.block = Block::default();
        }
        None
    }

    fn end_block(&mut self) -> Option<Frame> {
        let block = std::mem::take(&mut self.block);
        match self.block_bad.take() {
            Some(fault) => Some(Frame::Malformed(fault)),
            None if block.lines.is_empty() => None,
            None => Some(Frame::Block(block)),
        }
    }
}
