//! Expressions, from the weakest operator to the strongest.

use super::statement::PARENTHESES;
use super::{PICTURE, Parser, is_keyword, keyword_advice, name, unsupported};
use crate::builtin::{Builtin, Method};
use crate::error::{Fault, Span, fault, suggestion};
use crate::fields::Field;
use crate::syntax::{BinaryOperator, Comparison, ComprehensionKind, Expr, ExprKind, Name, UnaryOperator};
use crate::token::TokenKind;
use crate::value::Value;

/// The advice for a generator expression that nothing reads at once.
pub(crate) const BRACKETS: &str = "Put this list into square brackets: `[… for … in …]`.";

const NOT: &str = "Write `not` instead of `!`.";

/// Methods of Python that change their object.
const CHANGING_METHODS: [&str; 14] = [
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
    "__setitem__",
];

impl Parser<'_> {
    /// Parses an expression, without a comma outside brackets.
    pub(super) fn expression(&mut self) -> Result<Expr, Fault> {
        self.nested(|parser| {
            let start = parser.span();
            let then = parser.or()?;
            if !parser.take("if") {
                return Ok(then);
            }
            let condition = parser.or()?;
            parser.expect("else", "the condition")?;
            let otherwise = parser.expression()?;
            parser.expr(start, ExprKind::Conditional(Box::new([condition, then, otherwise])))
        })
    }

    pub(super) fn or(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let first = self.and()?;
        if self.text() != "or" {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.take("or") {
            operands.push(self.and()?);
        }
        self.expr(start, ExprKind::Or(operands))
    }

    fn and(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let first = self.not()?;
        if self.text() != "and" {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.take("and") {
            operands.push(self.not()?);
        }
        self.expr(start, ExprKind::And(operands))
    }

    fn not(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        if !self.take("not") {
            return self.comparison();
        }
        let operand = self.nested(Self::not)?;
        self.expr(start, ExprKind::Unary(UnaryOperator::Not, Box::new(operand)))
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let mut operands = vec![self.binary(0)?];
        let mut operators = Vec::new();
        while let Some(operator) = self.comparison_operator()? {
            let span = self.last_span();
            operators.push(operator);
            operands.push(self.binary(0)?);
            if let Comparison::Is | Comparison::IsNot = operator {
                check_identity(span, &operands[operands.len() - 2..])?;
            }
        }
        match operators.is_empty() {
            true => operands.pop().map_or_else(|| self.fail("Expected a value."), Ok),
            false => self.expr(start, ExprKind::Compare(operands, operators)),
        }
    }

    fn comparison_operator(&mut self) -> Result<Option<Comparison>, Fault> {
        let operator = match self.text() {
            "==" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            "in" => Comparison::In,
            "<>" => return self.fail("Write `!=`."),
            "=>" => return self.fail("Write `>=` instead of `=>`."),
            "=<" => return self.fail("Write `<=` instead of `=<`."),
            "=!" => return self.fail("Write `!=` instead of `=!`."),
            "!" if self.second_text() == "in" => return self.fail(NOT),
            "not" if self.second_text() == "in" => {
                self.position += 1;
                Comparison::NotIn
            }
            "is" if self.second_text() == "not" => {
                self.position += 1;
                Comparison::IsNot
            }
            "is" => Comparison::Is,
            _ => return Ok(None),
        };
        self.position += 1;
        Ok(Some(operator))
    }

    /// Parses binary operators with at least this precedence. All of them associate to the left.
    fn binary(&mut self, precedence: u8) -> Result<Expr, Fault> {
        let start = self.span();
        let mut left = self.unary()?;
        loop {
            let text = self.text();
            let operator =
                BinaryOperator::parse(text).filter(|(operator, _)| *operator != BinaryOperator::Power);
            let Some((operator, strength)) = operator.filter(|(_, strength)| *strength > precedence) else {
                return Ok(left);
            };
            self.position += 1;
            if text == self.text() && text == "&" {
                return self.fail("Write `and` instead of `&&`.");
            }
            if text == self.text() && text == "|" {
                return self.fail("Write `or` instead of `||`.");
            }
            let right = self.nested(|parser| parser.binary(strength))?;
            left = self.expr(start, ExprKind::Binary(operator, Box::new([left, right])))?;
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let operator = match self.text() {
            "-" => UnaryOperator::Minus,
            "+" => UnaryOperator::Plus,
            "~" => UnaryOperator::Invert,
            _ => return self.power(),
        };
        self.position += 1;
        if operator == UnaryOperator::Minus && self.take_lowest() {
            return self.expr(start, ExprKind::Constant(Value::Int(i64::MIN)));
        }
        let operand = self.nested(Self::unary)?;
        self.expr(start, ExprKind::Unary(operator, Box::new(operand)))
    }

    /// Takes the number whose negative is the lowest integer, unless it is the base of a power.
    fn take_lowest(&mut self) -> bool {
        let found = self.span().text(self.code) == "9223372036854775808" && self.second_text() != "**";
        self.position += usize::from(found);
        found
    }

    fn power(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let base = self.primary()?;
        if !self.take("**") {
            return Ok(base);
        }
        let exponent = self.nested(Self::unary)?;
        self.expr(start, ExprKind::Binary(BinaryOperator::Power, Box::new([base, exponent])))
    }

    /// Parses an atom with calls, fields and subscripts.
    fn primary(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let mut expr = self.atom()?;
        loop {
            expr = match self.text() {
                "." => self.attribute(start, expr)?,
                "(" => {
                    let names = self.nested(|parser| parser.arguments(expr))?;
                    let (arguments, names) = names;
                    self.expr(start, ExprKind::Call(arguments, names))?
                }
                "[" => self.nested(|parser| parser.subscript(start, expr))?,
                _ => return Ok(expr),
            };
        }
    }

    fn attribute(&mut self, start: Span, receiver: Expr) -> Result<Expr, Fault> {
        self.position += 1;
        let span = self.span();
        let attribute = self.text();
        if self.token().kind != TokenKind::Name {
            return self.unexpected("a field or a method after `.`");
        }
        self.position += 1;
        let is_call = self.text() == "(";
        match (Method::parse(attribute), Field::parse(attribute)) {
            (Some(method), _) if is_call => {
                let (arguments, names) = self.nested(|parser| parser.arguments(receiver))?;
                if !names.is_empty() {
                    let message = format!("`{attribute}` takes no named arguments. Remove the name and `=`.");
                    return Err(fault(span, message));
                }
                if let (Some(generator), true) = (arguments.iter().find(is_generator), method != Method::Join)
                {
                    return Err(fault(generator.span, BRACKETS));
                }
                self.expr(start, ExprKind::Method(method, arguments))
            }
            (Some(_), _) => Err(fault(span, format!("Call the method with parentheses: `{attribute}()`."))),
            (None, Some(_)) if is_call => {
                Err(fault(span, format!("`{attribute}` is a field, not a method. Remove the parentheses.")))
            }
            (None, Some(field)) => self.expr(start, ExprKind::Field(Box::new(receiver), field)),
            (None, None) => Err(fault(span, unknown_attribute(attribute, &receiver, is_call))),
        }
    }

    /// Parses the arguments of a call. Returns them after `first`, and the names of the last ones.
    fn arguments(&mut self, first: Expr) -> Result<(Vec<Expr>, Vec<Box<str>>), Fault> {
        let open = self.span();
        self.position += 1;
        let consumes = match &first.kind {
            ExprKind::Name(Name::Text(name)) => Builtin::parse(name).is_some_and(Builtin::consumes),
            // A text, in `", ".join(…)`.
            _ => true,
        };
        let (mut arguments, mut names) = (vec![first], Vec::new());
        while self.text() != ")" {
            let span = self.span();
            if let "*" | "**" = self.text() {
                return self.fail("Arguments cannot start with `*`. Write each one.");
            }
            if self.token().kind == TokenKind::Name && self.second_text() == "=" {
                let name = self.identifier("an argument")?;
                if names.contains(&name) {
                    return Err(fault(span, format!("The argument `{name}` is there twice. Remove one.")));
                }
                names.push(name);
                self.position += 1;
            } else if !names.is_empty() {
                return self.fail("Arguments without a name come first. Move this one to the left.");
            }
            let argument = self.expression()?;
            if self.text() == "for" {
                if !consumes || arguments.len() > 1 || !names.is_empty() {
                    return self.fail(BRACKETS);
                }
                let generator = self.comprehension(span, ComprehensionKind::Generator, vec![argument])?;
                arguments.push(generator);
                // Python allows a comma and no other argument, or other arguments if parenthesized.
                break;
            }
            arguments.push(argument);
            if !self.take(",") {
                break;
            }
        }
        self.close(")", open)?;
        Ok((arguments, names))
    }

    fn subscript(&mut self, start: Span, value: Expr) -> Result<Expr, Fault> {
        let open = self.span();
        self.position += 1;
        let index = if self.text() == ":" { None } else { Some(self.expressions()?) };
        if self.text() != ":" {
            let Some(index) = index else { return self.fail("Expected an index.") };
            self.close("]", open)?;
            return self.expr(start, ExprKind::Subscript(Box::new([value, index])));
        }
        self.position += 1;
        let none = |parser: &Self| {
            let span = parser.span();
            Expr { span, height: 1, kind: ExprKind::Constant(Value::None) }
        };
        let first = index.unwrap_or_else(|| none(self));
        let stop = if matches!(self.text(), ":" | "]") { none(self) } else { self.expression()? };
        let step = if self.take(":") && self.text() != "]" { self.expression()? } else { none(self) };
        self.close("]", open)?;
        self.expr(start, ExprKind::Slice(Box::new([value, first, stop, step])))
    }

    fn atom(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        match self.token().kind {
            TokenKind::Number => self.number(),
            TokenKind::Text => self.texts(),
            TokenKind::Name => {
                let constant = match self.text() {
                    "None" => Value::None,
                    "True" => Value::Bool(true),
                    "False" => Value::Bool(false),
                    word => return self.variable(word),
                };
                self.position += 1;
                self.expr(start, ExprKind::Constant(constant))
            }
            TokenKind::Operator => match self.text() {
                "(" => self.parenthesized(),
                "[" => self.list(),
                "{" => self.braces(),
                "*" | "**" => self.fail("Rules cannot unpack with `*`. Write each element."),
                "=" => self.fail("Write `==` to compare."),
                "!" => self.fail(NOT),
                "..." => self.fail("Replace `...` with a value."),
                _ => self.unexpected("a value"),
            },
            TokenKind::Newline if self.continues() => {
                self.fail(format!("Expected a value, found the end of the line. {PARENTHESES}"))
            }
            _ => self.unexpected("a value"),
        }
    }

    /// Returns whether the line ends after `and` or `or`, and another one of the block follows.
    fn continues(&self) -> bool {
        let next = self.tokens.get(self.position + 1).map(|token| token.kind);
        matches!(self.last_span().text(self.code), "and" | "or")
            && !matches!(next, None | Some(TokenKind::Dedent | TokenKind::End))
    }

    fn variable(&mut self, word: &str) -> Result<Expr, Fault> {
        if let Some(message) = unsupported(word) {
            return self.fail(message);
        }
        if is_keyword(word) {
            return self.unexpected("a value");
        }
        let start = self.span();
        self.position += 1;
        self.expr(start, ExprKind::Name(name(word)))
    }

    fn parenthesized(&mut self) -> Result<Expr, Fault> {
        let open = self.span();
        self.position += 1;
        if self.take(")") {
            return self.expr(open, ExprKind::Tuple(Vec::new()));
        }
        let mut inner = self.expressions()?;
        match self.text() {
            "for" => {
                let span = inner.span;
                return Err(fault(span, BRACKETS));
            }
            ":=" => return self.fail("Rules cannot use `:=`. Assign the variable on a line of its own."),
            "=" => return self.fail("Write `==` to compare."),
            _ => (),
        }
        self.close(")", open)?;
        inner.span = open.to(self.last_span());
        Ok(inner)
    }
}

/// Returns whether an expression is a generator expression.
pub(crate) fn is_generator(expr: &&Expr) -> bool {
    matches!(&expr.kind, ExprKind::Comprehension(inner) if inner.kind == ComprehensionKind::Generator)
}

/// Checks that `is` compares with `None`, `True` or `False`.
fn check_identity(span: Span, operands: &[Expr]) -> Result<(), Fault> {
    let is_single = |expr: &Expr| matches!(expr.kind, ExprKind::Constant(Value::None | Value::Bool(_)));
    if operands.iter().any(is_single) {
        return Ok(());
    }
    let misspelled = operands.iter().find_map(|expr| match &expr.kind {
        ExprKind::Name(Name::Text(name)) => Some(fault(expr.span, keyword_advice(name)?)),
        _ => None,
    });
    let other = || fault(span, "`is` can only compare with None, True or False. Write `==` or `!=`.");
    Err(misspelled.unwrap_or_else(other))
}

/// Returns the message about an attribute that is neither a field nor a method.
fn unknown_attribute(attribute: &str, receiver: &Expr, is_call: bool) -> String {
    if CHANGING_METHODS.contains(&attribute) {
        return format!("Rules have no `{attribute}`, because lists cannot change. Make a new list instead.");
    }
    if attribute == "format" {
        return "Rules have no `format`. Use a text with the prefix `f` instead.".into();
    }
    if let (true, "contains" | "includes") = (is_call, attribute) {
        return format!("Texts have no method `{attribute}`. Write `\"x\" in …`.");
    }
    let is_picture = matches!(&receiver.kind, ExprKind::Name(Name::Text(name)) if **name == *PICTURE);
    let all = Method::NAMES.iter().chain(Field::NAMES).copied();
    let or_fields = |suggestion: String| match suggestion.is_empty() {
        true => " Use a field, such as `camera`, `place` or `year`.".into(),
        false => suggestion,
    };
    if is_picture {
        let suggestion = or_fields(suggestion(attribute, Field::NAMES.iter().copied()));
        return format!("`{attribute}` is not a field of `picture`.{suggestion}");
    }
    if is_call {
        let suggestion = suggestion(attribute, Method::NAMES.iter().copied());
        return format!("Rules have no method `{attribute}`.{suggestion}");
    }
    let suggestion = or_fields(suggestion(attribute, all));
    format!("`{attribute}` is neither a field of `picture` nor a method.{suggestion}")
}
