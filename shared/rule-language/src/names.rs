//! Resolves names to slots of frames and to built-in functions, and folds constants.

use crate::budget::Budget;
use crate::builtin::{Builtin, is_unsupported};
use crate::error::{Fault, Span, fault, suggestion};
use crate::number;
use crate::parser::{PICTURE, RULE, keyword_advice};
use crate::syntax::{Comprehension, Expr, ExprKind, Module, Name, Statement, Target, UnaryOperator};
use crate::value::{Items, Value};

/// The maximum number of variables of a function or of the module.
const MAX_SLOTS: usize = 500;

/// Resolves all names of a module.
pub(crate) fn resolve(module: &mut Module) -> Result<(), Fault> {
    let mut globals = vec![Box::from(PICTURE)];
    collect(&module.body, &mut globals);
    let has_rule = globals.iter().any(|name| **name == *RULE)
        && module.functions.iter().any(|function| *function.name == *RULE);
    if has_rule && !assigns(&module.body, PICTURE) {
        // The function receives the picture, and the module has none.
        globals[0] = "".into();
    }
    let mut resolver = Resolver { globals, locals: None, inner: Vec::new() };
    for function in &mut module.functions {
        let defaults = function.parameters.iter_mut().filter_map(|parameter| parameter.default.as_mut());
        for default in defaults {
            resolver.expr(default)?;
            if !matches!(default.kind, ExprKind::Constant(_)) {
                return Err(fault(default.span, "A default value can only be a constant, such as 100."));
            }
        }
        let mut locals: Vec<_> = function.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        collect(&function.body, &mut locals);
        resolver.locals = Some(locals);
        resolver.block(&mut function.body)?;
        function.slots = slots(resolver.locals.take().unwrap_or_default().len(), function.span)?;
    }
    resolver.block(&mut module.body)?;
    module.slots = slots(resolver.globals.len(), Span::default())?;
    let rule = resolver.globals.iter().position(|name| has_rule && **name == *RULE);
    module.rule = rule.and_then(|slot| u16::try_from(slot).ok());
    Ok(())
}

fn slots(count: usize, span: Span) -> Result<u16, Fault> {
    match u16::try_from(count) {
        Ok(slots) if count <= MAX_SLOTS => Ok(slots),
        _ => Err(fault(span, "The rule has too many variables. Use fewer.")),
    }
}

/// Appends the names that the statements assign, without the variables of comprehensions.
fn collect(body: &[Statement], names: &mut Vec<Box<str>>) {
    for statement in body {
        match statement {
            Statement::Assign(targets, _) => targets.iter().for_each(|target| collect_target(target, names)),
            Statement::Augment(name, ..) | Statement::Define(name, _) => collect_name(name, names),
            Statement::If(branches, otherwise) => {
                branches.iter().for_each(|(_, body)| collect(body, names));
                collect(otherwise, names);
            }
            Statement::For(target, _, body, otherwise) => {
                collect_target(target, names);
                collect(body, names);
                collect(otherwise, names);
            }
            Statement::While(_, body, otherwise) => {
                collect(body, names);
                collect(otherwise, names);
            }
            Statement::Expr(_)
            | Statement::Break
            | Statement::Continue
            | Statement::Return(..)
            | Statement::Pass(_) => (),
        }
    }
}

fn collect_target(target: &Target, names: &mut Vec<Box<str>>) {
    match target {
        Target::Name(name, _) => collect_name(name, names),
        Target::Tuple(parts, _) => parts.iter().for_each(|part| collect_target(part, names)),
    }
}

fn collect_name(name: &Name, names: &mut Vec<Box<str>>) {
    if let Name::Text(text) = name
        && !names.contains(text)
    {
        names.push(text.clone());
    }
}

fn assigns(body: &[Statement], name: &str) -> bool {
    let mut names = Vec::new();
    collect(body, &mut names);
    names.iter().any(|other| **other == *name)
}

struct Resolver {
    /// The names of the slots of the module. Variables of comprehensions have no name here.
    globals: Vec<Box<str>>,
    /// The names of the slots of the current function.
    locals: Option<Vec<Box<str>>>,
    /// The variables of open comprehensions and their slots.
    inner: Vec<(Box<str>, u16)>,
}

impl Resolver {
    fn block(&mut self, body: &mut [Statement]) -> Result<(), Fault> {
        body.iter_mut().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &mut Statement) -> Result<(), Fault> {
        match statement {
            Statement::Expr(expr) => self.expr(expr),
            Statement::Assign(targets, value) => {
                targets.iter_mut().try_for_each(|target| self.target(target))?;
                self.expr(value)
            }
            Statement::Augment(name, _, value, span) => {
                *name = self.name(name, *span)?;
                self.expr(value)
            }
            Statement::If(branches, otherwise) => {
                for (condition, body) in branches {
                    self.expr(condition)?;
                    self.block(body)?;
                }
                self.block(otherwise)
            }
            Statement::For(target, iterable, body, otherwise) => {
                self.target(target)?;
                self.expr(iterable)?;
                self.block(body)?;
                self.block(otherwise)
            }
            Statement::While(condition, body, otherwise) => {
                self.expr(condition)?;
                self.block(body)?;
                self.block(otherwise)
            }
            Statement::Return(value, _) => value.as_mut().map_or(Ok(()), |value| self.expr(value)),
            Statement::Define(name, _) => {
                *name = self.name(name, Span::default())?;
                Ok(())
            }
            Statement::Break | Statement::Continue | Statement::Pass(_) => Ok(()),
        }
    }

    fn target(&mut self, target: &mut Target) -> Result<(), Fault> {
        match target {
            Target::Name(name, span) => {
                *name = self.name(name, *span)?;
                Ok(())
            }
            Target::Tuple(parts, _) => parts.iter_mut().try_for_each(|part| self.target(part)),
        }
    }

    fn name(&self, name: &Name, span: Span) -> Result<Name, Fault> {
        let Name::Text(text) = name else { return Ok(name.clone()) };
        let slot = |names: &[Box<str>]| {
            let position = names.iter().position(|other| other == text)?;
            u16::try_from(position).ok()
        };
        if let Some((_, slot)) = self.inner.iter().rev().find(|(name, _)| name == text) {
            return Ok(if self.locals.is_some() { Name::Local(*slot) } else { Name::Global(*slot) });
        }
        let local = self.locals.as_deref().and_then(slot).map(Name::Local);
        let global = || slot(&self.globals).map(Name::Global);
        let builtin = || Builtin::parse(text).map(Name::Builtin);
        local.or_else(global).or_else(builtin).ok_or_else(|| fault(span, self.unknown(text)))
    }

    /// Returns the message about a name that is not defined.
    fn unknown(&self, name: &str) -> String {
        match name {
            PICTURE if self.locals.is_some() => {
                "`picture` is not defined here. Add it to the parameters of the function.".into()
            }
            PICTURE => "`picture` is not defined here. Use it in the function `rule` only.".into(),
            _ if crate::fields::field_names().contains(&name) => {
                format!("`{name}` is not defined. Write `picture.{name}`.")
            }
            _ if is_unsupported(name) => format!("Rules have no `{name}`. Remove it."),
            _ => keyword_advice(name).unwrap_or_else(|| {
                let inner = self.inner.iter().map(|(name, _)| &**name);
                let locals = self.locals.iter().flatten().map(|name| &**name);
                let globals = self.globals.iter().map(|name| &**name);
                let names = inner.chain(locals).chain(globals).chain(Builtin::NAMES.iter().copied());
                let suggestion = suggestion(name, names.filter(|name| !name.is_empty()));
                format!("`{name}` is not defined.{suggestion}")
            }),
        }
    }

    fn exprs(&mut self, exprs: &mut [Expr]) -> Result<(), Fault> {
        exprs.iter_mut().try_for_each(|expr| self.expr(expr))
    }

    fn expr(&mut self, expr: &mut Expr) -> Result<(), Fault> {
        match &mut expr.kind {
            ExprKind::Constant(_) => return Ok(()),
            ExprKind::Name(name) => *name = self.name(name, expr.span)?,
            ExprKind::Tuple(children)
            | ExprKind::List(children)
            | ExprKind::Set(children)
            | ExprKind::Dict(children)
            | ExprKind::Or(children)
            | ExprKind::And(children)
            | ExprKind::Compare(children, _)
            | ExprKind::Method(_, children)
            | ExprKind::Call(children, _)
            | ExprKind::Format(children) => self.exprs(children)?,
            ExprKind::Unary(_, child) | ExprKind::Field(child, _) => self.expr(child)?,
            ExprKind::Binary(_, children) | ExprKind::Subscript(children) => self.exprs(&mut children[..])?,
            ExprKind::Conditional(children) => self.exprs(&mut children[..])?,
            ExprKind::Slice(children) => self.exprs(&mut children[..])?,
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension, expr.span)?,
        }
        if let Some(constant) = fold(&expr.kind) {
            expr.kind = ExprKind::Constant(constant);
        }
        Ok(())
    }

    fn comprehension(&mut self, comprehension: &mut Comprehension, span: Span) -> Result<(), Fault> {
        let outer = self.inner.len();
        let Comprehension { elements, loops, .. } = comprehension;
        // Python evaluates the first iterable outside of the comprehension.
        if let Some(first) = loops.first_mut() {
            self.expr(&mut first.iterable)?;
        }
        for each in &*loops {
            let mut names = Vec::new();
            collect_target(&each.target, &mut names);
            for name in names {
                if self.inner[outer..].iter().any(|(other, _)| *other == name) {
                    continue;
                }
                let slots = self.locals.as_mut().unwrap_or(&mut self.globals);
                slots.push("".into());
                let slot = crate::names::slots(slots.len(), span)? - 1;
                self.inner.push((name, slot));
            }
        }
        for (i, each) in loops.iter_mut().enumerate() {
            self.target(&mut each.target)?;
            if i > 0 {
                self.expr(&mut each.iterable)?;
            }
            self.exprs(&mut each.conditions)?;
        }
        self.exprs(elements)?;
        self.inner.truncate(outer);
        Ok(())
    }
}

/// Returns the value of an expression of constants.
fn fold(kind: &ExprKind) -> Option<Value> {
    let constants = |exprs: &[Expr]| {
        let constant = |expr: &Expr| match &expr.kind {
            ExprKind::Constant(value) => Some(value.clone()),
            _ => None,
        };
        exprs.iter().map(constant).collect::<Option<Vec<_>>>()
    };
    let budget = &mut Budget::default();
    match kind {
        ExprKind::Tuple(children) => Some(Value::Tuple(Items::new(constants(children)?).ok()?)),
        ExprKind::List(children) => Some(Value::List(Items::new(constants(children)?).ok()?)),
        ExprKind::Set(children) => Some(Value::Set(Items::set(constants(children)?, budget).ok()?)),
        ExprKind::Dict(children) => Some(Value::Dict(Items::dict(constants(children)?, budget).ok()?)),
        ExprKind::Unary(UnaryOperator::Minus, child) => match &child.kind {
            ExprKind::Constant(value) => number::negate(value.number()?).ok(),
            _ => None,
        },
        _ => None,
    }
}
