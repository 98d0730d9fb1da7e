//! Statements.

use super::{Parser, RULE, is_keyword, name, unsupported};
use crate::error::{Fault, Span, fault};
use crate::syntax::{BinaryOperator, Expr, ExprKind, Function, Parameter, Statement, Target};
use crate::token::TokenKind;

/// The maximum number of parameters of a function.
const MAX_PARAMETERS: usize = 20;

impl Parser<'_> {
    /// Parses assignments and functions, and either a function `rule` or one expression at the end.
    pub(super) fn module(&mut self) -> Result<Vec<Statement>, Fault> {
        let mut body = Vec::new();
        // All lines can have the same spaces at their start.
        let is_indented = self.take_kind(TokenKind::Indent);
        while self.token().kind != TokenKind::End {
            match self.token().kind {
                TokenKind::Indent => return self.fail("Remove the spaces at the start of this line."),
                TokenKind::Dedent if is_indented && self.position + 2 == self.tokens.len() => {
                    self.position += 1;
                    continue;
                }
                TokenKind::Dedent => {
                    return self.fail("This line starts further left than the first line. Align them.");
                }
                _ => (),
            }
            let span = self.span();
            let statement = self.statement()?;
            let is_allowed = matches!(
                statement,
                Statement::Expr(_)
                    | Statement::Assign(..)
                    | Statement::Augment(..)
                    | Statement::Define(..)
                    | Statement::Pass(_)
            );
            if !is_allowed {
                let message = "Loops and `if` can only be in a function. Write `def rule(picture):` above, \
                               and indent the lines.";
                return Err(fault(span, message));
            }
            body.push(statement);
        }
        self.check_module(&body)?;
        Ok(body)
    }

    /// Checks that the module gives a result.
    fn check_module(&self, body: &[Statement]) -> Result<(), Fault> {
        let has_rule = self.functions.iter().any(|function| *function.name == *RULE);
        let last = body.len().saturating_sub(1);
        for (i, statement) in body.iter().enumerate() {
            match statement {
                Statement::Expr(expr) if is_text(expr) => (),
                Statement::Expr(expr) if has_rule => {
                    let message = "A rule is either a function `rule` or one expression. Remove this line.";
                    return Err(fault(expr.span, message));
                }
                Statement::Expr(expr) if i < last => {
                    let message = "The result of this line is not used. Connect the conditions with `and` or \
                                   `or`.";
                    return Err(fault(expr.span, message));
                }
                _ => (),
            }
        }
        match body.last() {
            _ if has_rule => Ok(()),
            Some(Statement::Expr(_)) => Ok(()),
            None => self.fail("The rule is empty. Write a condition, for example `picture.year == 2023`."),
            Some(_) => match self.functions.last() {
                Some(function) => {
                    let message = format!(
                        "No function has the name `rule`. Write `def rule(picture):`, or add a line that calls \
                         `{}(picture)`.",
                        function.name
                    );
                    Err(fault(function.span, message))
                }
                None => self.fail(
                    "The rule has no result. End it with a condition, for example \
                                   `picture.year == 2023`.",
                ),
            },
        }
    }

    fn statement(&mut self) -> Result<Statement, Fault> {
        match self.text() {
            "if" => self.nested(Self::if_statement),
            "for" => self.nested(Self::for_statement),
            "while" => self.nested(Self::while_statement),
            "def" => self.function(),
            "elif" | "else" => {
                let word = self.text();
                self.fail(format!("This `{word}` has no `if`. Give it the indentation of its `if`."))
            }
            _ => {
                let statement = self.simple_statement()?;
                if self.take_kind(TokenKind::Newline) || self.token().kind == TokenKind::End {
                    if let "and" | "or" = self.text() {
                        return self.fail(PARENTHESES);
                    }
                    let is_continued =
                        self.token().kind == TokenKind::Indent && matches!(self.second_text(), "and" | "or");
                    if is_continued {
                        self.position += 1;
                        return self.fail(PARENTHESES);
                    }
                    return Ok(statement);
                }
                self.fail_at_end_of_statement()
            }
        }
    }

    fn fail_at_end_of_statement<T>(&self) -> Result<T, Fault> {
        match self.text() {
            "=" => self.fail("Write `==` to compare."),
            ":=" => self.fail("Rules cannot use `:=`. Assign the variable on a line of its own."),
            ":" if self.misspelled_keyword().is_none() => {
                self.fail("Variables have no types. Remove the `:` and the type.")
            }
            "&&" => self.fail("Write `and`."),
            ")" | "]" | "}" => self.fail(format!("This `{}` closes nothing. Remove it.", self.text())),
            _ => self.unexpected("the end of the line"),
        }
    }

    fn simple_statement(&mut self) -> Result<Statement, Fault> {
        let span = self.span();
        match self.text() {
            "pass" => {
                self.position += 1;
                Ok(Statement::Pass(span))
            }
            word @ ("break" | "continue") => {
                if self.loops == 0 {
                    return self.fail(format!("`{word}` can only be in a loop. Remove it."));
                }
                self.position += 1;
                Ok(if word == "break" { Statement::Break } else { Statement::Continue })
            }
            "return" => {
                if !self.in_function {
                    return self.fail("`return` can only be in a function. Write only the condition.");
                }
                self.position += 1;
                let ends = matches!(self.token().kind, TokenKind::Newline | TokenKind::End);
                let value = if ends { None } else { Some(self.expressions()?) };
                Ok(Statement::Return(value, span.to(self.last_span())))
            }
            word => match unsupported(word) {
                Some(message) => self.fail(message),
                None => self.assignment(),
            },
        }
    }

    /// Parses an expression, `a = b = value` or `a += value`.
    fn assignment(&mut self) -> Result<Statement, Fault> {
        let first = self.expressions()?;
        let augmented = self.text().strip_suffix('=').and_then(BinaryOperator::parse);
        if let Some((operator, _)) = augmented {
            let Target::Name(target, span) = self.target(first)? else {
                return self.fail("Only one variable can be on the left side.");
            };
            self.position += 1;
            return Ok(Statement::Augment(target, operator, self.expressions()?, span));
        }
        let mut targets = Vec::new();
        let mut value = first;
        while self.text() == "=" {
            targets.push(self.target(value)?);
            self.position += 1;
            value = self.expressions()?;
        }
        Ok(if targets.is_empty() { Statement::Expr(value) } else { Statement::Assign(targets, value) })
    }

    /// Converts an expression to the left side of an assignment.
    pub(super) fn target(&self, expr: Expr) -> Result<Target, Fault> {
        let span = expr.span;
        match expr.kind {
            ExprKind::Name(name) => Ok(Target::Name(name, span)),
            ExprKind::Tuple(parts) | ExprKind::List(parts) => {
                let parts = parts.into_iter().map(|part| self.target(part)).collect::<Result<_, _>>()?;
                Ok(Target::Tuple(parts, span))
            }
            ExprKind::Field(..) => Err(fault(span, "Rules cannot change a picture. Write `==` to compare.")),
            ExprKind::Subscript(_) | ExprKind::Slice(_) => {
                Err(fault(span, "Rules cannot change a list or a dictionary. Make a new one instead."))
            }
            _ => Err(fault(span, "Only a variable can be on the left side of `=`. Write `==` to compare.")),
        }
    }

    fn if_statement(&mut self) -> Result<Statement, Fault> {
        let mut branches = Vec::new();
        self.position += 1;
        loop {
            let condition = self.condition()?;
            branches.push((condition, self.block()?));
            if !self.take("elif") {
                return Ok(Statement::If(branches, self.else_block()?));
            }
        }
    }

    /// Parses the condition of `if` or `while`.
    fn condition(&mut self) -> Result<Expr, Fault> {
        let condition = self.expression()?;
        match self.text() {
            "=" => self.fail("Write `==` to compare."),
            ":=" => self.fail("Rules cannot use `:=`. Assign the variable on a line of its own."),
            _ => Ok(condition),
        }
    }

    fn while_statement(&mut self) -> Result<Statement, Fault> {
        self.position += 1;
        let condition = self.condition()?;
        let body = self.loop_block()?;
        Ok(Statement::While(condition, body, self.else_block()?))
    }

    fn for_statement(&mut self) -> Result<Statement, Fault> {
        self.position += 1;
        let target = self.loop_target()?;
        self.expect("in", "the variable of the loop")?;
        let iterable = self.expressions()?;
        let body = self.loop_block()?;
        Ok(Statement::For(target, iterable, body, self.else_block()?))
    }

    fn loop_block(&mut self) -> Result<Vec<Statement>, Fault> {
        self.loops += 1;
        let body = self.block()?;
        self.loops -= 1;
        Ok(body)
    }

    fn else_block(&mut self) -> Result<Vec<Statement>, Fault> {
        if self.take("else") { self.block() } else { Ok(Vec::new()) }
    }

    /// Parses `:` and a statement on the same line, or an indented block.
    fn block(&mut self) -> Result<Vec<Statement>, Fault> {
        if !self.take(":") {
            return match self.token().kind {
                TokenKind::Newline | TokenKind::End => self.fail("Add `:` at the end of this line."),
                _ => self.unexpected("`:`"),
            };
        }
        if !self.take_kind(TokenKind::Newline) {
            if let word @ ("if" | "for" | "while" | "def") = self.text() {
                return self.fail(format!("Start a new line before `{word}`."));
            }
            return Ok(vec![self.statement()?]);
        }
        if !self.take_kind(TokenKind::Indent) {
            return self.fail("Indent the next line, for example by four spaces.");
        }
        let mut body = Vec::new();
        while !self.take_kind(TokenKind::Dedent) {
            if self.token().kind == TokenKind::Indent {
                return self.fail("This line has more spaces at its start than the line above. Remove them.");
            }
            body.push(self.statement()?);
        }
        Ok(body)
    }

    fn function(&mut self) -> Result<Statement, Fault> {
        if self.in_function || self.depth > 0 {
            return self
                .fail("Functions can only be at the top level. Move this one to the start of a line.");
        }
        self.position += 1;
        let span = self.span();
        let function = self.identifier("the name of the function")?;
        let open = self.span();
        self.expect("(", "the name of the function")?;
        let parameters = self.parameters(open)?;
        if self.text() == "->" {
            return self.fail("Functions have no types. Remove `->` and the type.");
        }
        if *function == *RULE {
            check_rule(span, &parameters)?;
        }
        self.in_function = true;
        let body = self.block()?;
        self.in_function = false;
        let index = u16::try_from(self.functions.len()).unwrap_or(u16::MAX);
        let target = name(&function);
        self.functions.push(Function { name: function, span, parameters, body, slots: 0 });
        Ok(Statement::Define(target, index))
    }

    fn parameters(&mut self, open: Span) -> Result<Vec<Parameter>, Fault> {
        let mut parameters: Vec<Parameter> = Vec::new();
        while self.text() != ")" {
            if let "*" | "**" | "/" = self.text() {
                return self.fail(format!("Parameters cannot have `{}`. Remove it.", self.text()));
            }
            let span = self.span();
            let parameter = self.identifier("a parameter")?;
            if self.text() == ":" {
                return self.fail("Parameters have no types. Remove the `:` and the type.");
            }
            let default = if self.take("=") { Some(self.expression()?) } else { None };
            if default.is_none() && parameters.last().is_some_and(|last| last.default.is_some()) {
                let message = "A parameter without a default value comes first. Move it to the left.";
                return Err(fault(span, message));
            }
            if parameters.iter().any(|other| other.name == parameter) {
                return Err(fault(span, format!("The parameter `{parameter}` is there twice. Rename one.")));
            }
            if parameters.len() == MAX_PARAMETERS {
                return Err(fault(span, "The function has too many parameters. Pass a tuple instead."));
            }
            parameters.push(Parameter { name: parameter, default });
            if !self.take(",") {
                break;
            }
        }
        self.close(")", open)?;
        Ok(parameters)
    }

    /// Parses one expression, or a tuple without parentheses.
    pub(super) fn expressions(&mut self) -> Result<Expr, Fault> {
        let start = self.span();
        let first = self.expression()?;
        if self.text() != "," {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(",") {
            if !self.starts_expression() {
                break;
            }
            parts.push(self.expression()?);
        }
        self.expr(start, ExprKind::Tuple(parts))
    }

    fn starts_expression(&self) -> bool {
        match self.token().kind {
            TokenKind::Number | TokenKind::Text => true,
            TokenKind::Name => {
                !is_keyword(self.text())
                    || matches!(self.text(), "None" | "True" | "False" | "not" | "lambda")
            }
            TokenKind::Operator => matches!(self.text(), "(" | "[" | "{" | "-" | "+" | "~" | "*"),
            _ => false,
        }
    }
}

/// Checks the parameters of the function `rule`.
fn check_rule(span: Span, parameters: &[Parameter]) -> Result<(), Fault> {
    match parameters {
        [Parameter { default: None, .. }] => Ok(()),
        [Parameter { default: Some(default), .. }] => {
            let message = "The parameter of `rule` has no default value. Remove `=` and the value.";
            Err(fault(default.span, message))
        }
        _ => Err(fault(span, "The function `rule` has one parameter. Write `def rule(picture):`.")),
    }
}

/// The advice for an expression that continues on the next line.
pub(super) const PARENTHESES: &str = "Put parentheses around a condition of several lines.";

fn is_text(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Constant(crate::value::Value::Text(_)))
}
