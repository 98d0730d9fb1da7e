//! Parses code to a syntax tree, by recursive descent with a limited depth.

mod collection;
mod expression;
mod literal;
mod statement;

pub(crate) use expression::{BRACKETS, is_generator};

use crate::error::{Fault, Span, fault};
use crate::syntax::{Expr, ExprKind, Function, MAX_HEIGHT, Module, Name};
use crate::token::{Token, TokenKind, tokenize};

/// The name of the variable and parameter with the picture.
pub(crate) const PICTURE: &str = "picture";
/// The name of the function that is the rule.
pub(crate) const RULE: &str = "rule";

/// Parses the code of a rule. The names in the tree are not resolved yet.
pub(crate) fn parse(code: &str) -> Result<Module, Fault> {
    let mut parser = Parser::new(code, tokenize(code)?);
    let body = parser.module()?;
    Ok(Module { body, functions: parser.functions, slots: 0, picture: 0, rule: None })
}

struct Parser<'a> {
    code: &'a str,
    tokens: Vec<Token>,
    position: usize,
    /// The number of functions of the grammar that are nested.
    depth: u8,
    functions: Vec<Function>,
    /// Whether the current statement is in a function, and in how many loops.
    in_function: bool,
    loops: usize,
}

impl<'a> Parser<'a> {
    fn new(code: &'a str, tokens: Vec<Token>) -> Self {
        Self { code, tokens, position: 0, depth: 0, functions: Vec::new(), in_function: false, loops: 0 }
    }

    /// Returns the next token. The last token is the end of the code.
    fn token(&self) -> Token {
        let end = Token { kind: TokenKind::End, span: Span::new(self.code.len(), self.code.len()) };
        self.tokens.get(self.position).copied().unwrap_or(end)
    }

    fn span(&self) -> Span {
        self.token().span
    }

    /// Returns the span of the token before the next one.
    fn last_span(&self) -> Span {
        self.position.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(self.span(), |token| token.span)
    }

    /// Returns the text of the next token if it is a name, a keyword or an operator.
    fn text(&self) -> &'a str {
        let token = self.token();
        match token.kind {
            TokenKind::Name | TokenKind::Operator => token.span.text(self.code),
            _ => "",
        }
    }

    /// Returns the text of the token after the next one if it is a name, a keyword or an operator.
    fn second_text(&self) -> &'a str {
        match self.tokens.get(self.position + 1) {
            Some(token) if matches!(token.kind, TokenKind::Name | TokenKind::Operator) => {
                token.span.text(self.code)
            }
            _ => "",
        }
    }

    /// Takes the next token if it has this text.
    fn take(&mut self, text: &str) -> bool {
        let found = self.text() == text;
        self.position += usize::from(found);
        found
    }

    fn take_kind(&mut self, kind: TokenKind) -> bool {
        let found = self.token().kind == kind;
        self.position += usize::from(found);
        found
    }

    fn expect(&mut self, text: &str, after: &str) -> Result<(), Fault> {
        if self.take(text) {
            return Ok(());
        }
        self.unexpected(&format!("`{text}` after {after}"))
    }

    /// Takes the closing bracket that belongs to an opening one.
    fn close(&mut self, bracket: &str, open: Span) -> Result<(), Fault> {
        if self.take(bracket) {
            return Ok(());
        }
        let opening = open.text(self.code);
        let opening = opening.get(..1).unwrap_or_default();
        match self.token().kind {
            TokenKind::End | TokenKind::Newline => {
                let open = Span { end: open.start + 1, ..open };
                Err(fault(open, format!("This `{opening}` is never closed. Add `{bracket}`.")))
            }
            _ => self.unexpected(&format!("`{bracket}` or `,`")),
        }
    }

    /// Describes the next token.
    fn describe(&self) -> String {
        let token = self.token();
        match token.kind {
            TokenKind::Newline => "the end of the line".into(),
            TokenKind::Indent => "more indentation".into(),
            TokenKind::Dedent => "less indentation".into(),
            TokenKind::End => "the end of the code".into(),
            TokenKind::Text => "a text".into(),
            _ => {
                let text: String = token.span.text(self.code).chars().take(30).collect();
                format!("`{text}`")
            }
        }
    }

    /// Fails at the next token.
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, Fault> {
        Err(fault(self.span(), message))
    }

    /// Fails at the next token, which is not what is expected.
    fn unexpected<T>(&self, expected: &str) -> Result<T, Fault> {
        match self.misspelled_keyword() {
            Some(fault) => Err(fault),
            None => self.fail(format!("Expected {expected}, found {}.", self.describe())),
        }
    }

    /// Returns a fault if the token before the next one, or the next one, is a keyword in another
    /// case.
    fn misspelled_keyword(&self) -> Option<Fault> {
        let spans = [self.last_span(), self.span()];
        spans.into_iter().find_map(|span| Some(fault(span, keyword_advice(span.text(self.code))?)))
    }

    /// Calls a function of the grammar one level deeper.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_HEIGHT {
            return self.fail("The code is nested too deeply. Split it into several assignments.");
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    /// Creates an expression from the token or expression at `start` to the last token.
    fn expr(&self, start: Span, kind: ExprKind) -> Result<Expr, Fault> {
        let span = start.to(self.last_span());
        let height = 1 + height_of_children(&kind);
        if height > MAX_HEIGHT {
            return Err(fault(span, "This expression is too long. Split it into several assignments."));
        }
        Ok(Expr { span, height, kind })
    }

    /// Takes an identifier that is not a keyword.
    fn identifier(&mut self, purpose: &str) -> Result<Box<str>, Fault> {
        let text = self.text();
        if self.token().kind != TokenKind::Name {
            return self.unexpected(purpose);
        }
        if is_keyword(text) {
            return self.fail(format!("`{text}` is a word of the language. Use another name."));
        }
        self.position += 1;
        Ok(text.into())
    }
}

fn height_of_children(kind: &ExprKind) -> u8 {
    let highest = |children: &[Expr]| children.iter().map(|child| child.height).max().unwrap_or_default();
    match kind {
        ExprKind::Constant(_) | ExprKind::Name(_) => 0,
        ExprKind::Tuple(children)
        | ExprKind::List(children)
        | ExprKind::Set(children)
        | ExprKind::Dict(children)
        | ExprKind::Or(children)
        | ExprKind::And(children)
        | ExprKind::Compare(children, _)
        | ExprKind::Method(_, children)
        | ExprKind::Call(children, _)
        | ExprKind::Format(children) => highest(children),
        ExprKind::Unary(_, child) | ExprKind::Field(child, _) => child.height,
        ExprKind::Binary(_, children) | ExprKind::Subscript(children) => highest(&children[..]),
        ExprKind::Conditional(children) => highest(&children[..]),
        ExprKind::Slice(children) => highest(&children[..]),
        ExprKind::Comprehension(comprehension) => {
            let loops = comprehension.loops.iter();
            let loops = loops.map(|each| each.iterable.height.max(highest(&each.conditions)));
            // Each loop is a level of recursion.
            let levels = u8::try_from(comprehension.loops.len()).unwrap_or(u8::MAX);
            let height = loops.max().unwrap_or_default().max(highest(&comprehension.elements));
            height.saturating_add(levels)
        }
    }
}

/// Creates a name that is not resolved yet.
fn name(text: &str) -> Name {
    Name::Text(text.into())
}

/// The keywords of Python.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Returns whether a name is a keyword of Python.
fn is_keyword(text: &str) -> bool {
    KEYWORDS.contains(&text)
}

/// Returns the advice for a keyword in another case, or for `null`.
pub(crate) fn keyword_advice(name: &str) -> Option<String> {
    let folded = if name == "null" { "None" } else { name };
    let keyword =
        KEYWORDS.iter().find(|keyword| keyword.eq_ignore_ascii_case(folded) && **keyword != name)?;
    Some(format!("Write `{keyword}` instead of `{name}`."))
}

/// Returns why rules do not have what a keyword introduces.
fn unsupported(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "import" | "from" => "Rules cannot import modules. Remove the import.",
        "class" => "Rules cannot define classes. Use functions and variables.",
        "try" | "except" | "finally" => "Rules cannot handle exceptions. Test the value with `if` instead.",
        "raise" | "assert" => "Rules cannot raise exceptions. Return True or False instead.",
        "with" => "Rules cannot use `with`. Remove it.",
        "global" | "nonlocal" => "Functions cannot change outer variables. Return the value instead.",
        "async" | "await" => "Rules cannot wait for anything. Remove the word.",
        "yield" => "Functions cannot generate values. Return a list instead.",
        "lambda" => "Rules cannot use `lambda`. Define a function with `def` instead.",
        "del" => "Rules cannot delete variables. Remove the line.",
        _ => return None,
    })
}
