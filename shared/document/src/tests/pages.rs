//! Reads what stands on the pages of a PDF: enough of the format for what documents write, and nothing of their own code.

use std::collections::BTreeMap;
use std::io::Read;

/// A part of a content stream, or of an object.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A number, an operator, or a mark such as `<<`.
    Word(String),
    Name(String),
    Text(Vec<u8>),
}

/// One object: its text without a stream, and the stream, unpacked.
struct Object {
    tokens: Vec<Token>,
    stream: Vec<u8>,
}

type Objects = BTreeMap<usize, Object>;

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

fn objects(bytes: &[u8]) -> Objects {
    let mut objects = Objects::new();
    let mut at = 0;
    while let Some(begin) = find(bytes, b" 0 obj\n", at) {
        let digits = bytes[..begin].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number = String::from_utf8_lossy(&bytes[begin - digits..begin]).parse().expect("an object's number");
        let content = begin + 7;
        let end = find(bytes, b"endobj", content).expect("an object ends");
        // Before the end of the object: looking further would read the whole file again and again.
        let stream = find(&bytes[..end], b"stream\n", content);
        let tokens = tokens(&bytes[content..stream.unwrap_or(end)]);
        let mut unpacked = Vec::new();
        at = end;
        if let Some(stream) = stream {
            let length: usize = word_after(&tokens, "Length").expect("a length").parse().expect("a number");
            let packed = &bytes[stream + 7..stream + 7 + length];
            at = stream + 7 + length;
            if tokens.contains(&Token::Name("FlateDecode".to_owned())) {
                flate2::read::ZlibDecoder::new(packed).read_to_end(&mut unpacked).expect("a packed stream");
            } else {
                unpacked = packed.to_vec();
            }
        }
        objects.insert(number, Object { tokens, stream: unpacked });
    }
    objects
}

fn tokens(bytes: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let is_plain = |byte: u8| !byte.is_ascii_whitespace() && !b"()<>[]{}/%".contains(&byte);
    while let Some(&byte) = bytes.get(at) {
        let plain = |from: usize| bytes[from..].iter().take_while(|byte| is_plain(**byte)).count();
        let word = |from: usize, to: usize| String::from_utf8_lossy(&bytes[from..to]).into_owned();
        match byte {
            b'/' => {
                let end = at + 1 + plain(at + 1);
                tokens.push(Token::Name(word(at + 1, end)));
                at = end;
            }
            b'(' => {
                let (text, end) = literal(bytes, at + 1);
                tokens.push(Token::Text(text));
                at = end;
            }
            b'<' if bytes.get(at + 1) != Some(&b'<') => {
                let end = find(bytes, b">", at).expect("a text ends");
                let digits: Vec<u32> =
                    bytes[at + 1..end].iter().filter_map(|byte| char::from(*byte).to_digit(16)).collect();
                tokens.push(Token::Text(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()));
                at = end + 1;
            }
            b'<' | b'>' => {
                tokens.push(Token::Word(word(at, at + 2)));
                at += 2;
            }
            byte if is_plain(byte) => {
                let end = at + plain(at);
                tokens.push(Token::Word(word(at, end)));
                at = end;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                tokens.push(Token::Word(word(at, at + 1)));
                at += 1;
            }
        }
    }
    tokens
}

/// A text in brackets, and where what follows it begins.
fn literal(bytes: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let (mut text, mut depth) = (Vec::new(), 1);
    loop {
        let byte = bytes[at];
        at += 1;
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => {
                let octal = bytes[at..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
                let (escaped, taken) = match bytes[at] {
                    b'n' => (b'\n', 1),
                    b'r' => (b'\r', 1),
                    b't' => (b'\t', 1),
                    b'b' => (8, 1),
                    b'f' => (12, 1),
                    _ if octal > 0 => {
                        let value =
                            bytes[at..at + octal].iter().fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
                        (value as u8, octal)
                    }
                    other => (other, 1),
                };
                text.push(escaped);
                at += taken;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            return (text, at);
        }
        text.push(byte);
    }
}

fn word_after<'a>(tokens: &'a [Token], name: &str) -> Option<&'a str> {
    let at = tokens.iter().position(|token| *token == Token::Name(name.to_owned()))?;
    match tokens.get(at + 1)? {
        Token::Word(word) | Token::Name(word) => Some(word),
        Token::Text(_) => None,
    }
}

fn reference(objects: &Objects, tokens: &[Token], name: &str) -> Option<usize> {
    word_after(tokens, name)?.parse().ok().filter(|number| objects.contains_key(number))
}

/// The pages in order: the numbers of their objects.
fn pages(objects: &Objects) -> Vec<usize> {
    let is = |object: &Object, kind: &str| word_after(&object.tokens, "Type") == Some(kind);
    let root = objects.values().find(|object| is(object, "Catalog")).expect("a catalogue");
    let mut open = vec![reference(objects, &root.tokens, "Pages").expect("the tree of pages")];
    let mut pages = Vec::new();
    while let Some(number) = open.pop() {
        let object = &objects[&number];
        if is(object, "Page") {
            pages.push(number);
            continue;
        }
        let kids = object.tokens.iter().skip_while(|token| **token != Token::Name("Kids".to_owned())).skip(2);
        let kids = kids.take_while(|token| **token != Token::Word("]".to_owned()));
        let numbers: Vec<usize> = kids.step_by(3).filter_map(matches_number).collect();
        open.extend(numbers.into_iter().rev());
    }
    pages
}

fn matches_number(token: &Token) -> Option<usize> {
    if let Token::Word(word) = token { word.parse().ok() } else { None }
}

/// What the glyphs of a font stand for.
fn unicode(objects: &Objects, font: usize) -> BTreeMap<u16, String> {
    let map = reference(objects, &objects[&font].tokens, "ToUnicode").expect("a map to Unicode");
    let tokens = tokens(&objects[&map].stream);
    let begin = |token: &Token| *token == Token::Word("beginbfchar".to_owned());
    let end = |token: &Token| *token == Token::Word("endbfchar".to_owned());
    let mut known = BTreeMap::new();
    for at in (0..tokens.len()).filter(|&at| begin(&tokens[at])) {
        let texts: Vec<&Vec<u8>> = tokens[at + 1..].iter().take_while(|token| !end(token)).filter_map(text).collect();
        known.extend(texts.chunks(2).map(|pair| (number(pair[0]), utf16(pair[1]))));
    }
    known
}

fn text(token: &Token) -> Option<&Vec<u8>> {
    if let Token::Text(text) = token { Some(text) } else { None }
}

fn number(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |number, byte| number << 8 | u16::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(number).collect();
    String::from_utf16_lossy(&units)
}

/// A text of the document's own: UTF-16 behind a mark, else one byte a letter.
fn document_text(bytes: &[u8]) -> String {
    bytes.strip_prefix(b"\xFE\xFF").map_or_else(|| bytes.iter().map(|byte| char::from(*byte)).collect(), utf16)
}

/// The fonts of a page by the names that it gives them.
fn fonts(objects: &Objects, page: &Object) -> BTreeMap<String, BTreeMap<u16, String>> {
    let resources =
        reference(objects, &page.tokens, "Resources").map_or(&page.tokens, |number| &objects[&number].tokens);
    let named = resources.iter().skip_while(|token| **token != Token::Name("Font".to_owned())).skip(2);
    let named: Vec<&Token> = named.take_while(|token| **token != Token::Word(">>".to_owned())).collect();
    let font = |entry: &[&Token]| match entry {
        [Token::Name(name), font, ..] => Some((name.clone(), unicode(objects, matches_number(font)?))),
        _ => None,
    };
    named.chunks(4).filter_map(font).collect()
}

/// The texts of each page, one for each that was drawn, in the order of drawing.
pub fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
    let objects = objects(bytes);
    let page = |number: &usize| {
        let page = &objects[number];
        let contents = reference(&objects, &page.tokens, "Contents").expect("contents");
        page_texts(&tokens(&objects[&contents].stream), &fonts(&objects, page))
    };
    pages(&objects).iter().map(page).collect()
}

fn page_texts(tokens: &[Token], fonts: &BTreeMap<String, BTreeMap<u16, String>>) -> Vec<String> {
    let (mut texts, mut current, mut font) = (Vec::new(), String::new(), None);
    // Instead of the glyphs within a span, what it says that they stand for.
    let (mut spans, mut inside): (Vec<bool>, bool) = (Vec::new(), false);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Word(word) if word == "BT" => inside = true,
            Token::Word(word) if word == "ET" => {
                inside = false;
                if !spans.contains(&true) {
                    texts.push(std::mem::take(&mut current));
                }
            }
            Token::Word(word) if word == "Tf" => {
                if let Token::Name(name) = &tokens[at - 2] {
                    font = fonts.get(name);
                }
            }
            Token::Word(word) if word == "BDC" || word == "BMC" => {
                let begin = tokens[..at].iter().rposition(|token| *token == Token::Word("<<".to_owned()));
                let said = begin.filter(|_| word == "BDC").and_then(|begin| actual(&tokens[begin..at]));
                // What a span within another says is in the outer one already.
                current.extend(said.clone().filter(|_| !spans.contains(&true)));
                spans.push(said.is_some());
            }
            Token::Word(word) if word == "EMC" => {
                let said = spans.pop() == Some(true);
                if said && !inside && !spans.contains(&true) {
                    texts.push(std::mem::take(&mut current));
                }
            }
            Token::Text(glyphs) if !spans.contains(&true) && is_shown(&tokens[at + 1..]) => {
                let glyphs = glyphs.chunks(2).map(number);
                let letter = |glyph| font.and_then(|font| font.get(&glyph)).map_or("?", String::as_str);
                current.extend(glyphs.map(letter));
            }
            _ => {}
        }
    }
    texts
}

fn actual(properties: &[Token]) -> Option<String> {
    let at = properties.iter().position(|token| *token == Token::Name("ActualText".to_owned()))?;
    properties.get(at + 1).and_then(text).map(|text| document_text(text))
}

/// Whether a text is shown by the operator that comes after it.
fn is_shown(after: &[Token]) -> bool {
    let is_operator = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let words = after.iter().filter_map(|token| if let Token::Word(word) = token { Some(word.as_str()) } else { None });
    matches!(words.into_iter().find(is_operator), Some("Tj" | "TJ"))
}

/// The tags of all parts of the document.
pub fn tags(bytes: &[u8]) -> Vec<String> {
    let objects = objects(bytes);
    let parts = objects.values().filter(|object| word_after(&object.tokens, "Type") == Some("StructElem"));
    parts.filter_map(|object| word_after(&object.tokens, "S").map(str::to_owned)).collect()
}

/// Colours that something is filled with, as `0xRRGGBB`.
pub fn fills(bytes: &[u8]) -> Vec<u32> {
    let objects = objects(bytes);
    let contents =
        pages(&objects).into_iter().filter_map(|page| reference(&objects, &objects[&page].tokens, "Contents"));
    let mut fills = Vec::new();
    for content in contents {
        let tokens = tokens(&objects[&content].stream);
        for at in
            (3..tokens.len()).filter(|&at| matches!(&tokens[at], Token::Word(word) if word == "rg" || word == "scn"))
        {
            let part = |token: &Token| if let Token::Word(word) = token { word.parse::<f32>().ok() } else { None };
            let parts: Vec<u32> =
                tokens[at - 3..at].iter().filter_map(part).map(|part| (part * 255.0).round() as u32).collect();
            fills.extend(parts.get(2).map(|_| parts.iter().fold(0, |colour, part| colour << 8 | part)));
        }
    }
    fills
}
