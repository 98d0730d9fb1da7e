//! The names of built-in functions and methods.

/// Declares an enum with the names of its variants in Python.
macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $type { $($variant,)* }

        impl $type {
            /// All names.
            pub const NAMES: &[&str] = &[$($name,)*];

            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}
pub(crate) use names;

names! {
    /// A built-in function.
    Builtin {
        Abs = "abs",
        All = "all",
        Any = "any",
        Bool = "bool",
        Float = "float",
        Int = "int",
        Len = "len",
        List = "list",
        Max = "max",
        Min = "min",
        Range = "range",
        Round = "round",
        Set = "set",
        Sorted = "sorted",
        Str = "str",
        Sum = "sum",
        Tuple = "tuple",
    }
}

impl Builtin {
    /// Returns whether the function reads an iterable to its end and does not keep it, so that a
    /// generator expression can be its argument.
    pub fn consumes(self) -> bool {
        use Builtin::{All, Any, List, Max, Min, Set, Sorted, Sum, Tuple};
        matches!(self, All | Any | List | Max | Min | Set | Sorted | Sum | Tuple)
    }
}

names! {
    /// A method.
    Method {
        Count = "count",
        EndsWith = "endswith",
        Find = "find",
        Get = "get",
        IsDigit = "isdigit",
        IsLower = "islower",
        IsSpace = "isspace",
        IsUpper = "isupper",
        Join = "join",
        Lower = "lower",
        LeftStrip = "lstrip",
        RemovePrefix = "removeprefix",
        RemoveSuffix = "removesuffix",
        Replace = "replace",
        RightStrip = "rstrip",
        Split = "split",
        StartsWith = "startswith",
        Strip = "strip",
        Upper = "upper",
    }
}
