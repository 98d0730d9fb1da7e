//! Evaluates a rule for a picture.

mod call;
mod expression;
mod iterate;
mod operation;

use crate::budget::{Budget, OpResult};
use crate::error::{Fault, Span, fault, plural};
use crate::fields::PictureFields;
use crate::number;
use crate::syntax::{BinaryOperator, Expr, Module, Name, Statement, Target, UnaryOperator};
use crate::value::{Value, capital};

/// The maximum depth of expressions, blocks and calls together. Bounds the recursion of the
/// evaluation.
const MAX_DEPTH: u16 = 160;

/// Evaluates a module. The result is a boolean.
pub(crate) fn evaluate(
    module: &Module,
    code: &str,
    picture: &PictureFields,
    budget: &mut Budget,
) -> Result<bool, Fault> {
    let mut stack = vec![None; module.slots.into()];
    if let Some(slot) = stack.get_mut(usize::from(module.picture)) {
        *slot = Some(Value::Picture);
    }
    let mut evaluator = Evaluator { module, code, picture, budget, stack, base: 0, depth: 0 };
    let (value, span) = evaluator.module()?;
    match value {
        Value::Bool(value) => Ok(value),
        other => Err(fault(span, not_a_boolean(&other, span.text(code)))),
    }
}

fn not_a_boolean(value: &Value, code: &str) -> String {
    if let Value::Picture = value {
        return "The result is a picture. A rule gives True or False: compare a field, for example \
                `picture.year == 2023`."
            .into();
    }
    let advice = match value {
        Value::None if code == "return" => "Write `return False`.",
        Value::None if code.contains(" and ") || code.contains(" or ") => {
            "A field without a value is None: test it with `is not None`."
        }
        Value::None => "Compare with None, for example `picture.place is not None`.",
        Value::Function(_) | Value::Builtin(_) => "Call the function with parentheses.",
        _ => "Compare the value, for example with `==` or `>`.",
    };
    format!("The rule gives {} for this picture, but it must give True or False. {advice}", value.describe())
}

/// The continuation after a statement.
enum Flow {
    Next,
    Break,
    Continue,
    Return(Value, Span),
}

/// Where a function ended.
enum End {
    /// At a `return`, with the place of its value.
    Return(Span),
    /// At the end of its body, with the place of its name.
    Body(Span),
}

struct Evaluator<'a> {
    module: &'a Module,
    code: &'a str,
    picture: &'a PictureFields,
    budget: &'a mut Budget,
    /// The slots of the module, then of each function that is being called.
    stack: Vec<Option<Value>>,
    /// The first slot of the current function.
    base: usize,
    depth: u16,
}

impl<'a> Evaluator<'a> {
    /// Returns the result of the rule and its place in the code.
    fn module(&mut self) -> Result<(Value, Span), Fault> {
        let mut last = (Value::None, Span::default());
        for statement in &self.module.body {
            match statement {
                Statement::Expr(expr) => last = (self.expr(expr)?, expr.span),
                other => {
                    self.statement(other)?;
                }
            }
        }
        let Some(slot) = self.module.rule else { return Ok(last) };
        let Some(Some(Value::Function(index))) = self.stack.get(usize::from(slot)) else {
            return Err(fault(Span::default(), "`rule` is not a function any more. Use another name."));
        };
        let index = *index;
        let (value, end) = self.function(index, vec![Value::Picture], &[], Span::default())?;
        match end {
            End::Return(span) => Ok((value, span)),
            End::Body(span) => {
                let message = "`rule` ends without `return` for this picture. Add `return False` at its end.";
                Err(fault(span, message))
            }
        }
    }

    /// Spends a step and calls a function of the evaluation one level deeper.
    fn nested<T>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.budget.spend(1).map_err(|message| fault(span, message))?;
        if self.depth >= MAX_DEPTH {
            return Err(fault(span, "The functions call each other too deeply. Use a loop instead."));
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn block(&mut self, body: &'a [Statement]) -> Result<Flow, Fault> {
        for statement in body {
            match self.statement(statement)? {
                Flow::Next => (),
                other => return Ok(other),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &'a Statement) -> Result<Flow, Fault> {
        match statement {
            Statement::Expr(expr) => {
                self.expr(expr)?;
            }
            Statement::Assign(targets, value) => {
                let span = value.span;
                let value = self.expr(value)?;
                self.budget.spend(targets.len()).map_err(|message| fault(span, message))?;
                for target in targets {
                    self.assign(target, value.clone(), span)?;
                }
            }
            Statement::Augment(name, operator, value, span) => self.augment(name, *operator, value, *span)?,
            Statement::If(branches, otherwise) => {
                for (condition, body) in branches {
                    if self.expr(condition)?.truth() {
                        return self.nested(condition.span, |evaluator| evaluator.block(body));
                    }
                }
                return self.block(otherwise);
            }
            Statement::For(target, iterable, body, otherwise) => {
                return self.for_loop(target, iterable, body, otherwise);
            }
            Statement::While(condition, body, otherwise) => {
                while self.expr(condition)?.truth() {
                    match self.nested(condition.span, |evaluator| evaluator.block(body))? {
                        Flow::Next | Flow::Continue => (),
                        Flow::Break => return Ok(Flow::Next),
                        other => return Ok(other),
                    }
                }
                return self.block(otherwise);
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Return(value, span) => {
                let (value, span) = match value {
                    Some(expr) => (self.expr(expr)?, expr.span),
                    None => (Value::None, *span),
                };
                return Ok(Flow::Return(value, span));
            }
            Statement::Pass(span) => self.budget.spend(1).map_err(|message| fault(*span, message))?,
            Statement::Define(name, index) => self.set(name, Value::Function(*index)),
        }
        Ok(Flow::Next)
    }

    fn for_loop(
        &mut self,
        target: &'a Target,
        iterable: &'a Expr,
        body: &'a [Statement],
        otherwise: &'a [Statement],
    ) -> Result<Flow, Fault> {
        let values = self.expr(iterable)?;
        let span = iterable.span;
        let mut flow = Flow::Next;
        let ended = self.for_each(&values, iterable, &mut |evaluator, value| {
            evaluator.assign(target, value, span)?;
            flow = evaluator.nested(span, |evaluator| evaluator.block(body))?;
            Ok(matches!(flow, Flow::Next | Flow::Continue))
        })?;
        match flow {
            _ if ended => self.block(otherwise),
            Flow::Return(value, span) => Ok(Flow::Return(value, span)),
            _ => Ok(Flow::Next),
        }
    }

    fn assign(&mut self, target: &Target, value: Value, span: Span) -> Result<(), Fault> {
        let (parts, target_span) = match target {
            Target::Name(name, _) => {
                self.set(name, value);
                return Ok(());
            }
            Target::Tuple(parts, span) => (parts, *span),
        };
        let values = self.elements(&value).map_err(|message| fault(span, message))?;
        if values.len() != parts.len() {
            let message = format!(
                "This assigns {} to {}. Write one variable for each value.",
                plural(values.len(), "value"),
                plural(parts.len(), "variable")
            );
            return Err(fault(target_span, message));
        }
        parts.iter().zip(values).try_for_each(|(part, value)| self.assign(part, value, span))
    }

    fn augment(
        &mut self,
        name: &Name,
        operator: BinaryOperator,
        value: &'a Expr,
        span: Span,
    ) -> Result<(), Fault> {
        let left = self.get(name, span)?;
        if let Value::List(_) | Value::Set(_) | Value::Dict(_) = left {
            let name = span.text(self.code);
            let message = format!(
                "{} cannot change. Write `{name} = {name} {} …`.",
                capital(left.kind()),
                operator.as_str()
            );
            return Err(fault(span, message));
        }
        let right = self.expr(value)?;
        let result = operation::binary(operator, &left, &right, self.budget);
        let result =
            result.map_err(|message| self.none_or(message, span, [(&left, span), (&right, value.span)]))?;
        self.set(name, result);
        Ok(())
    }

    /// Returns the index of a variable in the stack. Built-in functions have none.
    fn slot(&self, name: &Name) -> Option<usize> {
        match name {
            Name::Local(slot) => Some(self.base + usize::from(*slot)),
            Name::Global(slot) => Some(usize::from(*slot)),
            Name::Builtin(_) | Name::Text(_) => None,
        }
    }

    fn set(&mut self, name: &Name, value: Value) {
        if let Some(slot) = self.slot(name).and_then(|slot| self.stack.get_mut(slot)) {
            *slot = Some(value);
        }
    }

    fn get(&self, name: &Name, span: Span) -> Result<Value, Fault> {
        if let Name::Builtin(builtin) = name {
            return Ok(Value::Builtin(*builtin));
        }
        match self.slot(name).and_then(|slot| self.stack.get(slot)) {
            Some(Some(value)) => Ok(value.clone()),
            _ => {
                let name = span.text(self.code);
                Err(fault(span, format!("`{name}` has no value here. Assign one before.")))
            }
        }
    }

    /// Returns a fault about an operand that is None, or else with `message`.
    fn none_or<const N: usize>(&self, message: String, span: Span, operands: [(&Value, Span); N]) -> Fault {
        let none = operands.iter().find(|(value, _)| matches!(value, Value::None));
        match none {
            Some((_, none)) if !message.starts_with("The rule takes") => {
                fault(span, self.none_message(*none))
            }
            _ => fault(span, message),
        }
    }

    /// Returns the advice to test an expression that is None.
    fn none_message(&self, span: Span) -> String {
        let code = span.text(self.code);
        if code == "None" || code.len() > 60 || code.contains('\n') {
            return "A value here is None. Test for None first, with `is not None and`.".into();
        }
        format!("`{code}` is None for this picture. Test it first: `{code} is not None and …`.")
    }
}

/// Evaluates a unary operator.
fn unary(operator: UnaryOperator, value: &Value) -> OpResult<Value> {
    match (operator, value.number()) {
        (UnaryOperator::Not, _) => Ok(Value::Bool(!value.truth())),
        (UnaryOperator::Minus, Some(number)) => number::negate(number),
        (UnaryOperator::Plus, Some(number::Number::Int(value))) => Ok(Value::Int(value)),
        (UnaryOperator::Plus, Some(number::Number::Float(value))) => Ok(Value::Float(value)),
        (UnaryOperator::Invert, Some(number::Number::Int(value))) => Ok(Value::Int(!value)),
        _ => Err(format!("A sign needs a number, not {}. Remove the sign.", value.kind())),
    }
}
