//! Expressions.

use super::{Evaluator, operation, unary};
use crate::error::{Fault, Span, fault};
use crate::syntax::{Comparison, Expr, ExprKind};
use crate::value::{Items, Value};

impl<'a> Evaluator<'a> {
    /// Evaluates an expression.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Result<Value, Fault> {
        match &expr.kind {
            ExprKind::Constant(value) => {
                self.budget.spend(1).map_err(|message| fault(expr.span, message))?;
                Ok(value.clone())
            }
            ExprKind::Name(name) => {
                self.budget.spend(1).map_err(|message| fault(expr.span, message))?;
                self.get(name, expr.span)
            }
            _ => self.nested(expr.span, |evaluator| evaluator.compound(expr)),
        }
    }

    fn compound(&mut self, expr: &'a Expr) -> Result<Value, Fault> {
        match &expr.kind {
            ExprKind::Or(operands) => self.first(operands, true),
            ExprKind::And(operands) => self.first(operands, false),
            ExprKind::Compare(operands, operators) => self.comparisons(operands, operators),
            ExprKind::Field(receiver, field) => match self.expr(receiver)? {
                Value::Picture => Ok(self.picture.value(*field)),
                other => {
                    let kind = other.kind();
                    Err(fault(
                        expr.span,
                        format!("{} has no field `{}`.", crate::value::capital(kind), field.as_str()),
                    ))
                }
            },
            ExprKind::Unary(operator, operand) => {
                let value = self.expr(operand)?;
                let result = unary(*operator, &value);
                result.map_err(|message| self.none_or(message, expr.span, [(&value, operand.span)]))
            }
            ExprKind::Binary(operator, operands) => {
                let [left, right] = &**operands;
                let (a, b) = (self.expr(left)?, self.expr(right)?);
                let result = operation::binary(*operator, &a, &b, self.budget);
                result
                    .map_err(|message| self.none_or(message, expr.span, [(&a, left.span), (&b, right.span)]))
            }
            ExprKind::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                if self.expr(condition)?.truth() { self.expr(then) } else { self.expr(otherwise) }
            }
            _ => self.collection_or_call(expr),
        }
    }

    /// Evaluates collections, calls, parts of values and texts. Is a function of its own, because
    /// its variables take more stack than those of nested operators.
    #[inline(never)]
    fn collection_or_call(&mut self, expr: &'a Expr) -> Result<Value, Fault> {
        match &expr.kind {
            ExprKind::Tuple(children) => {
                let values = self.exprs(children, expr.span)?;
                Items::new(values).map(Value::Tuple).map_err(|message| fault(expr.span, message))
            }
            ExprKind::List(children) => {
                let values = self.exprs(children, expr.span)?;
                Items::new(values).map(Value::List).map_err(|message| fault(expr.span, message))
            }
            ExprKind::Set(children) => {
                let values = self.exprs(children, expr.span)?;
                Items::set(values, self.budget).map(Value::Set).map_err(|message| fault(expr.span, message))
            }
            ExprKind::Dict(children) => {
                let values = self.exprs(children, expr.span)?;
                Items::dict(values, self.budget).map(Value::Dict).map_err(|message| fault(expr.span, message))
            }
            ExprKind::Method(method, children) => self.method(*method, children, expr.span),
            ExprKind::Call(children, names) => self.call(children, names, expr.span),
            ExprKind::Subscript(parts) => {
                let [value, index] = &**parts;
                let (a, b) = (self.expr(value)?, self.expr(index)?);
                let result = operation::subscript(&a, &b, self.budget);
                result.map_err(|message| self.none_or(message, expr.span, [(&a, value.span)]))
            }
            ExprKind::Slice(parts) => {
                let [value, start, stop, step] = &**parts;
                let a = self.expr(value)?;
                let bounds = [self.expr(start)?, self.expr(stop)?, self.expr(step)?];
                let result = operation::slice(&a, &bounds, self.budget);
                result.map_err(|message| self.none_or(message, expr.span, [(&a, value.span)]))
            }
            ExprKind::Comprehension(comprehension) => self.collect(comprehension, expr.span),
            ExprKind::Format(parts) => self.format(parts, expr.span),
            _ => Ok(Value::None),
        }
    }

    /// Evaluates expressions for a list.
    pub(super) fn exprs(&mut self, exprs: &'a [Expr], span: Span) -> Result<Vec<Value>, Fault> {
        let bytes = (exprs.len() + 2) * size_of::<Value>();
        self.budget.allocate(bytes).map_err(|message| fault(span, message))?;
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    /// Returns the first value with this truth, or the last value.
    fn first(&mut self, operands: &'a [Expr], truth: bool) -> Result<Value, Fault> {
        let mut value = Value::None;
        for operand in operands {
            value = self.expr(operand)?;
            if value.truth() == truth {
                break;
            }
        }
        Ok(value)
    }

    fn comparisons(&mut self, operands: &'a [Expr], operators: &[Comparison]) -> Result<Value, Fault> {
        let Some((first, rest)) = operands.split_first() else { return Ok(Value::None) };
        let (mut left, mut left_span) = (self.expr(first)?, first.span);
        for (operator, operand) in operators.iter().zip(rest) {
            let right = self.expr(operand)?;
            let span = Span { start: left_span.start, end: operand.span.end };
            match operation::compare(*operator, &left, &right, self.budget) {
                Ok(true) => (left, left_span) = (right, operand.span),
                Ok(false) => return Ok(Value::Bool(false)),
                Err(message) => {
                    let message = self.none_or(message, span, [(&left, left_span), (&right, operand.span)]);
                    return Err(message);
                }
            }
        }
        Ok(Value::Bool(true))
    }

    /// Evaluates an f-string.
    fn format(&mut self, parts: &'a [Expr], span: Span) -> Result<Value, Fault> {
        let mut text = String::new();
        for part in parts {
            let value = self.expr(part)?;
            let value =
                operation::to_text(&value, self.budget).map_err(|message| fault(part.span, message))?;
            self.budget.allocate(value.len()).map_err(|message| fault(span, message))?;
            text.push_str(&value);
        }
        Ok(Value::text(text))
    }
}
