//! Splits code into tokens.

use crate::error::{Fault, Span, fault};

/// A token. Its text is in the code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or a keyword.
    Name,
    /// An integer or a float.
    Number,
    /// A string literal with prefix and quotes.
    Text,
    /// An operator or a bracket.
    Operator,
    /// The end of a statement.
    Newline,
    /// The first line of a block.
    Indent,
    /// The end of a block.
    Dedent,
    /// The end of the code.
    End,
}

const INVISIBLE: &str = "This invisible character is not allowed here. Replace it with a space.";

/// Operators, longer ones before their prefixes.
const OPERATORS: [&str; 50] = [
    "**=", "//=", ">>=", "<<=", "...", "=>", "=<", "=!", "!=", "->", ":=", "**", "//", "<<", ">>", "<=",
    ">=", "==", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "<>", "+", "-", "*", "/", "%", "&",
    "|", "^", "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "!",
];

/// Splits `code` into tokens. The last one is [`TokenKind::End`].
pub(crate) fn tokenize(code: &str) -> Result<Vec<Token>, Fault> {
    if let Some(position) = code.find('\0') {
        return Err(fault(Span::new(position, position + 1), INVISIBLE));
    }
    let mut lexer = Lexer { code, position: 0, tokens: Vec::new(), brackets: 0, indents: vec![""] };
    lexer.indentation()?;
    while let Some(c) = lexer.rest().chars().next() {
        lexer.token(c)?;
    }
    lexer.end_line();
    while lexer.indents.len() > 1 {
        lexer.indents.pop();
        lexer.push(TokenKind::Dedent, 0);
    }
    lexer.push(TokenKind::End, 0);
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    code: &'a str,
    position: usize,
    tokens: Vec<Token>,
    /// The number of open brackets, in which lines do not end.
    brackets: usize,
    /// The indentation of each open block.
    indents: Vec<&'a str>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.code.get(self.position..).unwrap_or_default()
    }

    /// Appends a token of `length` bytes and moves behind it.
    fn push(&mut self, kind: TokenKind, length: usize) {
        let span = Span::new(self.position, self.position + length);
        self.tokens.push(Token { kind, span });
        self.position += length;
    }

    fn fault<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        Err(fault(Span::new(self.position, self.position + length), message))
    }

    fn token(&mut self, c: char) -> Result<(), Fault> {
        match c {
            ' ' | '\t' | '\x0C' => self.position += 1,
            '#' => self.position += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len()),
            '\n' | '\r' => {
                if self.brackets > 0 {
                    self.newline();
                } else {
                    self.end_line();
                    self.newline();
                    self.indentation()?;
                }
            }
            '\\' => {
                self.position += 1;
                if !self.rest().starts_with(['\n', '\r']) {
                    self.position -= 1;
                    return self.fault("A `\\` can only be at the end of a line. Remove it.");
                }
                let backslash = self.position - 1;
                self.newline();
                if self.rest().is_empty() {
                    self.position = backslash;
                    return self.fault("No line follows this `\\`. Remove it.");
                }
            }
            '"' | '\'' => return self.text(0),
            'a'..='z' | 'A'..='Z' | '_' => return self.name(),
            '0'..='9' => self.number(),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            _ => return self.operator(c),
        }
        Ok(())
    }

    /// Moves behind the end of a line.
    fn newline(&mut self) {
        self.position += if self.rest().starts_with("\r\n") { 2 } else { 1 };
    }

    /// Ends the statement, if there is one on this line.
    fn end_line(&mut self) {
        use TokenKind::{Dedent, Indent, Newline};
        if self.tokens.last().is_some_and(|token| !matches!(token.kind, Newline | Indent | Dedent)) {
            self.push(Newline, 0);
        }
    }

    /// Reads the indentation of the next line that is not empty.
    fn indentation(&mut self) -> Result<(), Fault> {
        let indent = loop {
            let rest = self.rest();
            let length = rest.find(|c| !matches!(c, ' ' | '\t' | '\x0C')).unwrap_or(rest.len());
            let (indent, line) = rest.split_at(length);
            match line.chars().next() {
                None => return Ok(()),
                Some('\n' | '\r') => {
                    self.position += length;
                    self.newline();
                }
                Some('#') => self.position += length + line.find(['\n', '\r']).unwrap_or(line.len()),
                Some(_) => break indent,
            }
        };
        self.position += indent.len();
        let current = self.indents.last().copied().unwrap_or_default();
        if indent == current {
            return Ok(());
        }
        if indent.starts_with(current) {
            self.indents.push(indent);
            self.push(TokenKind::Indent, 0);
            return Ok(());
        }
        while self.indents.last().is_some_and(|open| *open != indent && open.starts_with(indent)) {
            self.indents.pop();
            self.push(TokenKind::Dedent, 0);
        }
        if self.indents.last() == Some(&indent) {
            return Ok(());
        }
        self.fault("The indentation differs from the lines above. Use the same spaces as one of them.")
    }

    fn name(&mut self) -> Result<(), Fault> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        if after.starts_with(['"', '\'']) {
            match name.to_ascii_lowercase().as_str() {
                "r" | "u" | "f" | "fr" | "rf" => return self.text(length),
                "b" | "br" | "rb" => {
                    return self.fault("Rules have no bytes. Remove the `b` before the quote.");
                }
                _ => (),
            }
        }
        self.push(TokenKind::Name, length);
        match after.chars().next() {
            Some(c) if c.is_alphanumeric() => {
                self.fault("Names can only have the letters a to z, digits and `_`. Use another name.")
            }
            _ => Ok(()),
        }
    }

    /// Reads the characters that can be part of a number. The parser checks them.
    fn number(&mut self) {
        let bytes = self.rest().as_bytes();
        let is_hexadecimal = matches!(bytes.get(1), Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B'));
        let mut length = 0;
        while let Some(&byte) = bytes.get(length) {
            let is_sign = matches!(byte, b'+' | b'-')
                && !is_hexadecimal
                && matches!(bytes.get(length.wrapping_sub(1)), Some(b'e' | b'E'));
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || is_sign) {
                break;
            }
            length += 1;
        }
        self.push(TokenKind::Number, length);
    }

    /// Reads a string literal, after a prefix of some bytes.
    fn text(&mut self, prefix: usize) -> Result<(), Fault> {
        let literal = &self.rest()[prefix..];
        let quote = &literal[..1];
        let triple = quote.repeat(3);
        let quote = if literal.starts_with(&triple) { &triple } else { quote };
        let mut length = quote.len();
        loop {
            let rest = literal.get(length..).unwrap_or_default();
            if rest.starts_with(quote) {
                break;
            }
            length += match rest.chars().next() {
                Some('\\') => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
                Some('\n' | '\r') | None if quote.len() == 1 => {
                    return self.fault(format!("This text has no end. Close it with `{quote}`."));
                }
                None => return self.fault(format!("This text has no end. Close it with `{quote}`.")),
                Some(c) => c.len_utf8(),
            };
        }
        self.push(TokenKind::Text, prefix + length + quote.len());
        Ok(())
    }

    fn operator(&mut self, c: char) -> Result<(), Fault> {
        let rest = self.rest();
        if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            match *operator {
                "(" | "[" | "{" => self.brackets += 1,
                ")" | "]" | "}" => self.brackets = self.brackets.saturating_sub(1),
                _ => (),
            }
            self.push(TokenKind::Operator, operator.len());
            return Ok(());
        }
        match c {
            ';' => self.fault("Rules cannot use `;`. Write each statement on a line of its own."),
            '@' => self.fault("Rules cannot use `@`. Remove it."),
            '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
                self.fault("Use straight quotes around a text: `\"` or `'`.")
            }
            c if c.is_alphanumeric() => {
                self.fault("Names can only have the letters a to z, digits and `_`. Use another name.")
            }
            c if c.is_whitespace() || c.is_control() => self.fault(INVISIBLE),
            c => self.fault(format!("`{c}` is not allowed here. Remove it, or put it into quotes.")),
        }
    }
}
