//! The syntax tree of a rule.

use crate::builtin::{Builtin, Method};
use crate::error::Span;
use crate::fields::Field;
use crate::value::Value;

/// The maximum height of an expression and the maximum depth of nested blocks. Bounds the recursion
/// over the tree.
pub(crate) const MAX_HEIGHT: u8 = 40;

/// An expression.
#[derive(Debug)]
pub(crate) struct Expr {
    pub span: Span,
    /// The number of levels of expressions below.
    pub height: u8,
    pub kind: ExprKind,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Constant(Value),
    Name(Name),
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Set(Vec<Expr>),
    /// Keys and values in turn.
    Dict(Vec<Expr>),
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Unary(UnaryOperator, Box<Expr>),
    Binary(BinaryOperator, Box<[Expr; 2]>),
    /// `a < b < c`: the operands, and the operators between them.
    Compare(Vec<Expr>, Vec<Comparison>),
    /// `then if condition else otherwise`, in the order condition, then, otherwise.
    Conditional(Box<[Expr; 3]>),
    Field(Box<Expr>, Field),
    /// The first expression is the receiver.
    Method(Method, Vec<Expr>),
    /// The first expression is the function. The names of the last arguments, if they have names.
    Call(Vec<Expr>, Vec<Box<str>>),
    Subscript(Box<[Expr; 2]>),
    /// The value, start, stop and step. An omitted one is the constant `None`.
    Slice(Box<[Expr; 4]>),
    Comprehension(Box<Comprehension>),
    /// The parts of an f-string.
    Format(Vec<Expr>),
}

/// A variable.
#[derive(Clone, Debug)]
pub(crate) enum Name {
    /// Not resolved yet.
    Text(Box<str>),
    /// A slot in the frame of the function.
    Local(u16),
    /// A slot in the frame of the module.
    Global(u16),
    /// A built-in function.
    Builtin(Builtin),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnaryOperator {
    Not,
    Minus,
    Plus,
    Invert,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    LeftShift,
    RightShift,
    BitAnd,
    BitOr,
    BitXor,
}

impl BinaryOperator {
    /// Returns the operator with its precedence.
    pub fn parse(text: &str) -> Option<(Self, u8)> {
        Some(match text {
            "|" => (Self::BitOr, 1),
            "^" => (Self::BitXor, 2),
            "&" => (Self::BitAnd, 3),
            "<<" => (Self::LeftShift, 4),
            ">>" => (Self::RightShift, 4),
            "+" => (Self::Add, 5),
            "-" => (Self::Subtract, 5),
            "*" => (Self::Multiply, 6),
            "/" => (Self::Divide, 6),
            "//" => (Self::FloorDivide, 6),
            "%" => (Self::Modulo, 6),
            "**" => (Self::Power, 7),
            _ => return None,
        })
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Modulo => "%",
            Self::Power => "**",
            Self::LeftShift => "<<",
            Self::RightShift => ">>",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::BitXor => "^",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Is,
    IsNot,
}

impl Comparison {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
        }
    }
}

/// A comprehension, or a generator expression.
#[derive(Debug)]
pub(crate) struct Comprehension {
    pub kind: ComprehensionKind,
    /// The element, or the key and the value.
    pub elements: Vec<Expr>,
    pub loops: Vec<ComprehensionLoop>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComprehensionKind {
    List,
    Set,
    Dict,
    /// Only as the only argument of a call that reads it to its end.
    Generator,
}

/// `for target in iterable if condition if …`.
#[derive(Debug)]
pub(crate) struct ComprehensionLoop {
    pub target: Target,
    pub iterable: Expr,
    pub conditions: Vec<Expr>,
}

/// The left side of an assignment or the variable of a loop.
#[derive(Debug)]
pub(crate) enum Target {
    Name(Name, Span),
    Tuple(Vec<Target>, Span),
}

#[derive(Debug)]
pub(crate) enum Statement {
    Expr(Expr),
    Assign(Vec<Target>, Expr),
    Augment(Name, BinaryOperator, Expr, Span),
    /// The branches `if` and `elif`, and `else`.
    If(Vec<(Expr, Vec<Statement>)>, Vec<Statement>),
    /// Target, iterable, body, `else`.
    For(Target, Expr, Vec<Statement>, Vec<Statement>),
    While(Expr, Vec<Statement>, Vec<Statement>),
    Break,
    Continue,
    Return(Option<Expr>, Span),
    Pass(Span),
    /// Assigns the function with this index.
    Define(Name, u16),
}

/// A function of the rule.
#[derive(Debug)]
pub(crate) struct Function {
    pub name: Box<str>,
    pub span: Span,
    pub parameters: Vec<Parameter>,
    pub body: Vec<Statement>,
    /// The number of slots, parameters first.
    pub slots: u16,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub name: Box<str>,
    pub default: Option<Expr>,
}

/// A parsed rule.
#[derive(Debug)]
pub(crate) struct Module {
    pub body: Vec<Statement>,
    pub functions: Vec<Function>,
    /// The number of slots of the module.
    pub slots: u16,
    /// The slots of `picture` and of `rule`.
    pub picture: u16,
    pub rule: Option<u16>,
}
