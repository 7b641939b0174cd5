//! `text/event-stream` taken apart, however its bytes are cut into chunks.

use std::collections::VecDeque;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// Its `data` lines, joined by line feeds.
    pub data: Vec<u8>,
    /// The last `id` seen up to it.
    pub id: Option<String>,
}

/// An event or line exceeds the limit; the stream cannot be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event has more than {max_bytes} bytes")]
pub struct TooLarge {
    /// The limit.
    pub max_bytes: usize,
}

/// Reads a stream chunk by chunk. Event names and comments are skipped: a frame says itself what it is.
#[derive(Debug)]
pub struct EventStream {
    max_bytes: usize,
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    id: Option<String>,
    after_return: bool,
    ready: VecDeque<StreamEvent>,
}

impl EventStream {
    /// Refuses events of more than `max_bytes`.
    pub fn new(max_bytes: usize) -> Self {
        EventStream {
            max_bytes,
            line: Vec::new(),
            data: Vec::new(),
            has_data: false,
            id: None,
            after_return: false,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, mut chunk: &[u8]) -> Result<(), TooLarge> {
        while !chunk.is_empty() {
            if self.after_return {
                self.after_return = false;
                if chunk[0] == b'\n' {
                    chunk = &chunk[1..];
                    continue;
                }
            }
            let Some(end) = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                return self.extend_line(chunk);
            };
            self.extend_line(&chunk[..end])?;
            self.after_return = chunk[end] == b'\r';
            chunk = &chunk[end + 1..];
            self.end_line();
        }
        Ok(())
    }

    /// The next whole event, if there is one.
    pub fn next_event(&mut self) -> Option<StreamEvent> {
        self.ready.pop_front()
    }

    fn extend_line(&mut self, bytes: &[u8]) -> Result<(), TooLarge> {
        if self.line.len() + self.data.len() + bytes.len() > self.max_bytes {
            return Err(TooLarge { max_bytes: self.max_bytes });
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            if std::mem::take(&mut self.has_data) {
                self.ready.push_back(StreamEvent { data: std::mem::take(&mut self.data), id: self.id.clone() });
            }
        } else {
            self.field(line);
        }
    }

    fn field(&mut self, line: Vec<u8>) {
        let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
        let value_at = match line.get(colon + 1) {
            Some(b' ') => colon + 2,
            _ => line.len().min(colon + 1),
        };
        match &line[..colon] {
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(&line[value_at..]);
            }
            b"id" if !line[value_at..].contains(&0) => {
                self.id = String::from_utf8(line[value_at..].to_vec()).ok().filter(|id| !id.is_empty());
            }
            _ => {}
        }
    }
}
