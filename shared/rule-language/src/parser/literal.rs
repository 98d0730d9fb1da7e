//! Numbers and texts.

use std::sync::Arc;

use super::Parser;
use crate::error::{Fault, Span, fault};
use crate::syntax::{Expr, ExprKind};
use crate::token::{TokenKind, tokenize};
use crate::value::Value;

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Result<Expr, Fault> {
        let span = self.span();
        let text = span.text(self.code);
        let value = number(text).map_err(|message| fault(span, message))?;
        self.position += 1;
        self.expr(span, ExprKind::Constant(value))
    }

    /// Parses string literals that follow each other. They are one text.
    pub(super) fn texts(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let (mut text, mut parts) = (String::new(), Vec::new());
        while self.token().kind == TokenKind::Text {
            let span = self.span();
            let literal = Literal::new(span, self.code);
            if literal.is_format {
                self.format(&literal, &mut text, &mut parts)?;
            } else {
                unescape(&literal, literal.content, 0, &mut text)?;
            }
            self.position += 1;
        }
        let rest = Value::Text(Arc::from(text));
        if parts.is_empty() {
            return self.expr(start, ExprKind::Constant(rest));
        }
        parts.push(Expr { span: start, height: 1, kind: ExprKind::Constant(rest) });
        self.expr(start, ExprKind::Format(parts))
    }

    /// Parses an f-string. Appends the expressions in braces and the texts before them to `parts`.
    fn format(&mut self, literal: &Literal, text: &mut String, parts: &mut Vec<Expr>) -> Result<(), Fault> {
        let mut position = 0;
        let content = literal.content;
        while let Some(length) = content[position..].find(['{', '}']) {
            unescape(literal, &content[position..position + length], position, text)?;
            position += length;
            let rest = &content[position..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                position += 2;
                continue;
            }
            let brace = literal.span(position, position + 1);
            if rest.starts_with('}') {
                return Err(fault(brace, "Write `}}` for a brace in a text with the prefix `f`."));
            }
            let Some(end) = closing_brace(rest) else {
                return Err(fault(brace, "This `{` has no `}`. Add it, or write `{{` for a brace."));
            };
            let before = Value::Text(Arc::from(std::mem::take(text)));
            parts.push(Expr { span: brace, height: 1, kind: ExprKind::Constant(before) });
            let start = usize::from(brace.start) + 1;
            parts.push(self.format_expression(start, usize::from(brace.start) + end)?);
            position += end + 1;
        }
        unescape(literal, &content[position..], position, text)
    }

    /// Parses the expression of an f-string between two positions of the code.
    fn format_expression(&mut self, start: usize, end: usize) -> Result<Expr, Fault> {
        let shift = |span: Span| Span::new(usize::from(span.start) + start, usize::from(span.end) + start);
        let code = self.code.get(start..end).unwrap_or_default();
        if code.contains('\\') {
            let message = "An expression in a text cannot contain `\\`. Assign it to a variable first.";
            return Err(fault(Span::new(start, end), message));
        }
        // In parentheses, line ends and spaces do not matter.
        let trimmed = code.trim_start_matches([' ', '\t', '\n', '\r']);
        let skipped = start + code.len() - trimmed.len();
        let mut tokens = match tokenize(trimmed) {
            Ok(tokens) => tokens,
            Err(inner) => return Err(fault(shift(inner.0), inner.1)),
        };
        tokens.retain(|token| {
            !matches!(token.kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent)
        });
        for token in &mut tokens {
            let (from, to) = (usize::from(token.span.start), usize::from(token.span.end));
            token.span = Span::new(from + skipped, to + skipped);
        }
        let outer = (std::mem::replace(&mut self.tokens, tokens), std::mem::take(&mut self.position));
        let result = self.nested(|parser| {
            if parser.token().kind == TokenKind::End {
                return parser.fail("Write an expression between `{` and `}`.");
            }
            let expr = parser.expressions()?;
            match parser.text() {
                ":" => parser.fail("A text cannot have a format after `:`. Use `round()` instead."),
                "=" => parser.fail("Remove the `=`."),
                "!" => parser.fail(format!(
                    "Remove `!{}`: a text with the prefix `f` has no conversions here.",
                    parser.second_text()
                )),
                _ if parser.token().kind == TokenKind::End => Ok(expr),
                _ => parser.unexpected("`}`"),
            }
        });
        (self.tokens, self.position) = outer;
        result
    }
}

/// Returns the position of the `}` that closes an expression, which starts with `{`. Returns `None`
/// if it is not closed, if its brackets do not match, or if it contains a comment.
fn closing_brace(text: &str) -> Option<usize> {
    let (mut brackets, mut quote) = (Vec::new(), None);
    for (position, c) in text.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => (),
            ('#', None) => return None,
            ('{', None) => brackets.push('}'),
            ('[', None) => brackets.push(']'),
            ('(', None) => brackets.push(')'),
            ('}' | ']' | ')', None) if brackets.pop() != Some(c) => return None,
            _ => (),
        }
        if brackets.is_empty() {
            return Some(position);
        }
    }
    None
}

/// Parses an integer or a float.
fn number(text: &str) -> Result<Value, String> {
    const INVALID: &str = "is not a number. Separate it from the next word with a space.";
    let invalid = || format!("`{}` {INVALID}", text.chars().take(30).collect::<String>());
    let bytes = text.as_bytes();
    let is_digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphanumeric);
    let underscores_are_valid =
        (0..bytes.len()).filter(|&i| bytes[i] == b'_').all(|i| i > 0 && is_digit(i - 1) && is_digit(i + 1));
    if !underscores_are_valid {
        return Err(invalid());
    }
    let digits = text.replace('_', "").to_ascii_lowercase();
    let radix = match digits.get(..2) {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    if let Some(radix) = radix {
        return integer(&digits[2..], radix).ok_or_else(invalid)?;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if digits.starts_with('0') && digits.bytes().any(|byte| byte != b'0') {
            return Err(format!("`{text}` starts with 0. Remove the zeros."));
        }
        return integer(&digits, 10).ok_or_else(invalid)?;
    }
    if digits.ends_with('j') {
        return Err("Rules have no complex numbers. Remove the `j`.".into());
    }
    let around = text.split(['e', 'E']).next().unwrap_or_default().split('.');
    let is_float = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'+' | b'-'))
        && around.clone().all(|part| !part.starts_with('_') && !part.ends_with('_'));
    match digits.parse::<f64>() {
        Ok(value) if is_float => Ok(Value::Float(value)),
        _ => Err(invalid()),
    }
}

/// Returns `None` if a character is not a digit, and an error if the number is too large.
fn integer(digits: &str, radix: u32) -> Option<Result<Value, String>> {
    let is_valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    is_valid.then(|| {
        i64::from_str_radix(digits, radix).map(Value::Int).map_err(|_| crate::number::TOO_LARGE.into())
    })
}

/// A string literal.
struct Literal<'a> {
    content: &'a str,
    /// The position of the content in the code.
    start: usize,
    is_raw: bool,
    is_format: bool,
}

impl<'a> Literal<'a> {
    fn new(span: Span, code: &'a str) -> Self {
        let text = span.text(code);
        let prefix = text.find(['"', '\'']).unwrap_or_default();
        let quoted = &text[prefix..];
        let is_triple = quoted.len() >= 6 && (quoted.starts_with("\"\"\"") || quoted.starts_with("'''"));
        let quotes = if is_triple { 3 } else { 1 };
        let content = quoted.get(quotes..quoted.len() - quotes).unwrap_or_default();
        let letters = text[..prefix].to_ascii_lowercase();
        Self {
            content,
            start: usize::from(span.start) + prefix + quotes,
            is_raw: letters.contains('r'),
            is_format: letters.contains('f'),
        }
    }

    /// Returns the span of a part of the content.
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.start + start, self.start + end)
    }
}

/// Appends a part of a literal, which starts at `position` of its content, to `text`.
fn unescape(literal: &Literal, part: &str, position: usize, text: &mut String) -> Result<(), Fault> {
    let part_end = part.len();
    let mut rest = part;
    while let Some(c) = rest.chars().next() {
        let at = position + part_end - rest.len();
        rest = &rest[c.len_utf8()..];
        match c {
            // Python reads all line ends as `\n`.
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                text.push('\n');
            }
            '\\' if !literal.is_raw => {
                let length =
                    escape(rest, text).map_err(|message| fault(literal.span(at, at + 2), message))?;
                rest = rest.get(length..).unwrap_or_default();
            }
            c => text.push(c),
        }
    }
    Ok(())
}

/// Appends the character of an escape sequence, given without `\`. Returns the length of the
/// sequence.
fn escape(rest: &str, text: &mut String) -> Result<usize, &'static str> {
    const ADVICE: &str = "This escape sequence is not a character. Write the character itself.";
    let mut simple = |c: char| {
        text.push(c);
        Ok(1)
    };
    let digits = match rest.chars().next() {
        Some('\n') => return Ok(1),
        Some('\r') => return Ok(if rest.starts_with("\r\n") { 2 } else { 1 }),
        Some(c @ ('\\' | '\'' | '"')) => return simple(c),
        Some('a') => return simple('\x07'),
        Some('b') => return simple('\x08'),
        Some('f') => return simple('\x0C'),
        Some('n') => return simple('\n'),
        Some('r') => return simple('\r'),
        Some('t') => return simple('\t'),
        Some('v') => return simple('\x0B'),
        Some('0'..='7') => {
            let length = rest.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let code = u32::from_str_radix(&rest[..length], 8).ok().and_then(char::from_u32);
            text.push(code.ok_or(ADVICE)?);
            return Ok(length);
        }
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        _ => return Err("This `\\` does not start an escape sequence. Write `\\\\`."),
    };
    let hexadecimal = rest.get(1..=digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let code = hexadecimal.and_then(|code| u32::from_str_radix(code, 16).ok());
    text.push(code.and_then(char::from_u32).ok_or(ADVICE)?);
    Ok(digits + 1)
}
