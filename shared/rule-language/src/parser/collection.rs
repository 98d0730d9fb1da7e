//! Lists, sets, dictionaries and comprehensions.

use super::Parser;
use crate::error::{Fault, Span};
use crate::syntax::{Comprehension, ComprehensionKind, ComprehensionLoop, Expr, ExprKind, Name, Target};

impl Parser<'_> {
    pub(super) fn list(&mut self) -> Result<Expr, Fault> {
        let open = self.span();
        self.position += 1;
        let mut elements = Vec::new();
        while self.text() != "]" {
            elements.push(self.expression()?);
            if elements.len() == 1 && self.text() == "for" {
                let list = self.comprehension(open, ComprehensionKind::List, elements)?;
                return self.close_comprehension("]", open, list);
            }
            if !self.take(",") {
                break;
            }
        }
        self.close("]", open)?;
        self.expr(open, ExprKind::List(elements))
    }

    /// Parses a set or a dictionary.
    pub(super) fn braces(&mut self) -> Result<Expr, Fault> {
        let open = self.span();
        self.position += 1;
        let mut elements = Vec::new();
        let mut is_dict = self.text() == "}";
        while self.text() != "}" {
            let is_first = elements.is_empty();
            elements.push(self.expression()?);
            if is_first {
                is_dict = self.text() == ":";
            }
            if is_dict {
                self.expect(":", "the key")?;
                elements.push(self.expression()?);
            }
            if is_first && self.text() == "for" {
                let kind = if is_dict { ComprehensionKind::Dict } else { ComprehensionKind::Set };
                let comprehension = self.comprehension(open, kind, elements)?;
                return self.close_comprehension("}", open, comprehension);
            }
            if !self.take(",") {
                break;
            }
        }
        self.close("}", open)?;
        self.expr(open, if is_dict { ExprKind::Dict(elements) } else { ExprKind::Set(elements) })
    }

    fn close_comprehension(&mut self, bracket: &str, open: Span, mut expr: Expr) -> Result<Expr, Fault> {
        self.close(bracket, open)?;
        expr.span = open.to(self.last_span());
        Ok(expr)
    }

    /// Parses the loops and conditions of a comprehension.
    pub(super) fn comprehension(
        &mut self,
        start: Span,
        kind: ComprehensionKind,
        elements: Vec<Expr>,
    ) -> Result<Expr, Fault> {
        let mut loops = Vec::new();
        while self.take("for") {
            let target = self.loop_target()?;
            self.expect("in", "the variable of the loop")?;
            let iterable = self.nested(Self::or)?;
            let mut conditions = Vec::new();
            while self.take("if") {
                conditions.push(self.nested(Self::or)?);
            }
            loops.push(ComprehensionLoop { target, iterable, conditions });
        }
        self.expr(start, ExprKind::Comprehension(Box::new(Comprehension { kind, elements, loops })))
    }

    /// Parses the variables of a loop, before `in`.
    pub(super) fn loop_target(&mut self) -> Result<Target, Fault> {
        let start = self.span();
        let first = self.loop_variable()?;
        if self.text() != "," {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(",") && self.text() != "in" {
            parts.push(self.loop_variable()?);
        }
        Ok(Target::Tuple(parts, start.to(self.last_span())))
    }

    fn loop_variable(&mut self) -> Result<Target, Fault> {
        let open = self.span();
        if !self.take("(") {
            let text = self.identifier("the variable of the loop")?;
            return Ok(Target::Name(Name::Text(text), open));
        }
        let target = self.nested(Self::loop_target)?;
        self.close(")", open)?;
        Ok(target)
    }
}
