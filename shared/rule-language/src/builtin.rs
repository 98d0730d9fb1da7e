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

/// The other names of CPython's `builtins`.
const UNSUPPORTED: &str = "\
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError \
    BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError \
    ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning \
    EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError \
    FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError \
    InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError \
    ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError \
    OverflowError PendingDeprecationWarning PermissionError ProcessLookupError RecursionError \
    ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration \
    SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError \
    UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning \
    ValueError Warning ZeroDivisionError __build_class__ __debug__ __import__ aiter anext ascii bin \
    breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict \
    dir divmod enumerate eval exec exit filter format frozenset getattr globals hasattr hash help hex \
    id input isinstance issubclass iter license locals map memoryview next object oct open ord pow \
    print property quit repr reversed setattr slice staticmethod super type vars zip";

/// Returns whether a name is one of CPython's `builtins` that rules do not have.
pub(crate) fn is_unsupported(name: &str) -> bool {
    UNSUPPORTED.split(' ').any(|other| other == name)
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
