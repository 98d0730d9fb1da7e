//! Arithmetic of Python, with integers of 64 bits.

use std::cmp::Ordering;

use crate::budget::OpResult;
use crate::syntax::BinaryOperator;
use crate::value::Value;

/// The message about an integer of more than 64 bits.
pub(crate) const TOO_LARGE: &str = "The number is too large. Whole numbers have at most 64 bits.";
const NOT_A_NUMBER: &str = "The result is not a number. Test the values first.";
const DIVISION_BY_ZERO: &str = "The rule divides by 0. Test the value first.";

/// A number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
}

impl Number {
    fn float(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
        }
    }

    /// Compares two numbers exactly, without rounding integers.
    pub fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => left.cmp(&right),
            (Self::Int(left), Self::Float(right)) => compare_int_with_float(left, right),
            (Self::Float(left), Self::Int(right)) => compare_int_with_float(right, left).reverse(),
            // Zeros are equal, and NaN does not occur.
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right).unwrap_or(Ordering::Equal),
        }
    }
}

fn compare_int_with_float(int: i64, float: f64) -> Ordering {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if float >= LIMIT {
        return Ordering::Less;
    }
    if float < -LIMIT {
        return Ordering::Greater;
    }
    // The integer part is in the range of `i64`.
    let whole = float.trunc() as i64;
    int.cmp(&whole).then_with(|| 0.0_f64.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal))
}

fn finite(value: f64) -> OpResult<Value> {
    if value.is_nan() { Err(NOT_A_NUMBER.into()) } else { Ok(Value::Float(value)) }
}

fn checked(value: Option<i64>) -> OpResult<Value> {
    value.map(Value::Int).ok_or_else(|| TOO_LARGE.into())
}

/// Evaluates a binary operator on two numbers.
pub(crate) fn binary(operator: BinaryOperator, left: Number, right: Number) -> OpResult<Value> {
    use BinaryOperator as Op;
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => ints(operator, left, right),
        _ => {
            let (left, right) = (left.float(), right.float());
            match operator {
                Op::Add => finite(left + right),
                Op::Subtract => finite(left - right),
                Op::Multiply => finite(left * right),
                Op::Divide | Op::FloorDivide | Op::Modulo if right == 0.0 => Err(DIVISION_BY_ZERO.into()),
                Op::Divide => finite(left / right),
                Op::FloorDivide => finite(divide_floats(left, right).0),
                Op::Modulo => finite(divide_floats(left, right).1),
                Op::Power => power(left, right),
                Op::LeftShift | Op::RightShift | Op::BitAnd | Op::BitOr | Op::BitXor => {
                    Err(format!("`{}` needs whole numbers. Use `int()` first.", operator.as_str()))
                }
            }
        }
    }
}

fn ints(operator: BinaryOperator, left: i64, right: i64) -> OpResult<Value> {
    use BinaryOperator as Op;
    match operator {
        Op::Add => checked(left.checked_add(right)),
        Op::Subtract => checked(left.checked_sub(right)),
        Op::Multiply => checked(left.checked_mul(right)),
        Op::Divide | Op::FloorDivide | Op::Modulo if right == 0 => Err(DIVISION_BY_ZERO.into()),
        Op::Divide => Ok(Value::Float(divide_ints(left, right))),
        Op::FloorDivide => {
            let quotient = left.checked_div(right).ok_or(TOO_LARGE)?;
            let is_rounded_up = left % right != 0 && (left < 0) != (right < 0);
            Ok(Value::Int(quotient - i64::from(is_rounded_up)))
        }
        Op::Modulo => {
            let rest = left.wrapping_rem(right);
            Ok(Value::Int(if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }))
        }
        Op::Power if right < 0 => power(left as f64, right as f64),
        Op::Power => match u32::try_from(right) {
            Ok(exponent) => checked(left.checked_pow(exponent)),
            Err(_) => match left {
                0 | 1 => Ok(Value::Int(left)),
                -1 => Ok(Value::Int(if right % 2 == 0 { 1 } else { -1 })),
                _ => Err(TOO_LARGE.into()),
            },
        },
        Op::LeftShift | Op::RightShift if right < 0 => Err("A shift cannot be negative.".into()),
        Op::LeftShift if left == 0 => Ok(Value::Int(0)),
        Op::LeftShift if right >= 64 => Err(TOO_LARGE.into()),
        Op::LeftShift => checked(i64::try_from(i128::from(left) << right).ok()),
        Op::RightShift => Ok(Value::Int(left >> right.min(63))),
        Op::BitAnd => Ok(Value::Int(left & right)),
        Op::BitOr => Ok(Value::Int(left | right)),
        Op::BitXor => Ok(Value::Int(left ^ right)),
    }
}

/// Divides two integers and rounds once, as Python.
fn divide_ints(left: i64, right: i64) -> f64 {
    const EXACT: u64 = 1 << 53;
    let (a, b) = (left.unsigned_abs(), right.unsigned_abs());
    if a <= EXACT && b <= EXACT {
        return left as f64 / right as f64;
    }
    // The quotient gets at least 63 bits, and a last bit that is 1 if there is a rest.
    let shift = u128::from(a).leading_zeros() - 1;
    let numerator = u128::from(a) << shift;
    let quotient = numerator / u128::from(b);
    let quotient = quotient | u128::from(numerator % u128::from(b) != 0);
    let result = quotient as f64 / 2.0_f64.powi(i32::try_from(shift).unwrap_or_default());
    if (left < 0) == (right < 0) { result } else { -result }
}

/// Returns quotient and rest of a division that rounds down.
fn divide_floats(left: f64, right: f64) -> (f64, f64) {
    let mut rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(right);
    } else if (right < 0.0) != (rest < 0.0) {
        rest += right;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(left / right), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

fn power(base: f64, exponent: f64) -> OpResult<Value> {
    if base == 0.0 && exponent < 0.0 {
        return Err(DIVISION_BY_ZERO.into());
    }
    let result = base.powf(exponent);
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err("The number is too large. Use smaller numbers.".into());
    }
    finite(result)
}

/// Returns what the rounded `sum` of two floats lacks, with which Python's `sum()` corrects the
/// result.
pub(crate) fn rounding_error(left: f64, right: f64, sum: f64) -> f64 {
    if left.abs() >= right.abs() { (left - sum) + right } else { (right - sum) + left }
}

/// Evaluates `-number`.
pub(crate) fn negate(number: Number) -> OpResult<Value> {
    match number {
        Number::Int(value) => checked(value.checked_neg()),
        Number::Float(value) => Ok(Value::Float(-value)),
    }
}

/// Evaluates `abs(number)`.
pub(crate) fn abs(number: Number) -> OpResult<Value> {
    match number {
        Number::Int(value) => checked(value.checked_abs()),
        Number::Float(value) => Ok(Value::Float(value.abs())),
    }
}

/// Converts a float to an integer, without its fraction.
pub(crate) fn to_int(value: f64) -> OpResult<i64> {
    let whole = value.trunc();
    let is_in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole);
    if is_in_range { Ok(whole as i64) } else { Err(TOO_LARGE.into()) }
}

/// The steps of [`round`] to a number of digits, which formats a float exactly.
pub(crate) const ROUND_STEPS: usize = 64;
/// The steps of [`format_float`].
pub(crate) const FORMAT_STEPS: usize = 8;
/// The number of digits from which [`round`] returns the float itself. Source: `NDIGITS_MAX` in
/// `Objects/floatobject.c` of CPython.
const MAX_ROUND_DIGITS: i64 = 323;

/// Evaluates `round(number)` or `round(number, digits)`. Rounds half to even.
pub(crate) fn round(number: Number, digits: Option<i64>) -> OpResult<Value> {
    match (number, digits) {
        (_, Some(..0)) => Err("The number of digits cannot be negative. Use 0 or more.".into()),
        (Number::Int(value), _) => Ok(Value::Int(value)),
        (Number::Float(value), None) => to_int(value.round_ties_even()).map(Value::Int),
        (Number::Float(value), Some(digits @ 0..=MAX_ROUND_DIGITS)) if value.is_finite() => {
            let digits = usize::try_from(digits).unwrap_or_default();
            finite(format!("{value:.digits$}").parse().unwrap_or(value))
        }
        (Number::Float(value), Some(_)) => Ok(Value::Float(value)),
    }
}

/// Parses the argument of `int()`.
pub(crate) fn parse_int(text: &str) -> OpResult<i64> {
    let digits = digits(text).filter(|digits| {
        digits.strip_prefix(['+', '-']).unwrap_or(digits).bytes().all(|byte| byte.is_ascii_digit())
    });
    let digits =
        digits.ok_or("`int()` needs a text that is a whole number. Test it first with `isdigit()`.")?;
    digits.parse().map_err(|_| TOO_LARGE.into())
}

/// Parses the argument of `float()`.
pub(crate) fn parse_float(text: &str) -> OpResult<f64> {
    let value = digits(text).and_then(|digits| digits.parse::<f64>().ok()).filter(|value| !value.is_nan());
    value.ok_or_else(|| "`float()` needs a text that is a number. Test it first.".into())
}

/// Removes spaces around a number and underscores between digits. Returns `None` if it is not a
/// number.
fn digits(text: &str) -> Option<String> {
    let text = text.trim_matches(crate::text::is_space);
    let bytes = text.as_bytes();
    let is_digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let is_valid =
        (0..bytes.len()).filter(|&i| bytes[i] == b'_').all(|i| i > 0 && is_digit(i - 1) && is_digit(i + 1));
    let digits = text.replace('_', "");
    let has_digit = digits.bytes().any(|byte| byte.is_ascii_alphanumeric());
    (is_valid && has_digit && digits.is_ascii()).then_some(digits)
}

/// Formats a float as Python: the shortest digits that give the same number.
pub(crate) fn format_float(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let shortest = format!("{value:e}");
    let digits = shortest.split('e').next().unwrap_or_default();
    let digits = digits.split('.').nth(1).map_or(0, str::len);
    // Two numbers with as many digits can be equally near. Python takes the one with an even digit.
    let even = format!("{value:.digits$e}");
    let is_same = even.parse() == Ok(value);
    let scientific = if is_same { even } else { shortest };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let decimals = i32::try_from(digits).unwrap_or_default() - exponent;
    let decimals = usize::try_from(decimals).unwrap_or_default().max(1);
    if is_same { format!("{value:.decimals$}") } else { format!("{value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_formatted_as_in_python() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e-5, "1.5e-05"),
            (0.0001, "0.0001"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (2.0_f64.powi(-44), "5.684341886080802e-14"),
            (1_537_228_672_809_129.0 + 0.25, "1537228672809129.2"),
            (1_537_228_672_809_129.0 + 0.75, "1537228672809129.8"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(format_float(value), text);
        }
    }

    #[test]
    fn divisions_of_integers_round_once() {
        for (left, right, quotient) in [
            (9_007_199_254_740_993, 1, 9_007_199_254_740_992.0),
            (9_007_199_254_740_993, 3, 3_002_399_751_580_331.0),
            (i64::MAX, 6000, 1_537_228_672_809_129.0 + 0.25),
            (i64::MIN, i64::MAX, -1.0),
            (1, i64::MAX, 1.084_202_172_485_504_4e-19),
            (-7, 2, -3.5),
        ] {
            assert_eq!(divide_ints(left, right).to_bits(), f64::to_bits(quotient), "{left} / {right}");
        }
    }
}
