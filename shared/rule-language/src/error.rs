//! Errors in a rule: where, and one sentence that names the next step.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An error in a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RuleError {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// One or two plain sentences, for the author of the rule.
    pub message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for RuleError {}

/// A range of bytes in the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: u16,
    pub end: u16,
}

impl Span {
    /// Creates a span. Code is at most [`MAX_CODE_BYTES`](crate::MAX_CODE_BYTES) long, so that the
    /// positions fit.
    pub fn new(start: usize, end: usize) -> Self {
        let position = |position| u16::try_from(position).unwrap_or(u16::MAX);
        Self { start: position(start), end: position(end) }
    }

    /// Returns the span from the start of this span to the end of `other`.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }

    /// Returns the text of this span, or an empty text if the span is not in the code.
    pub fn text(self, code: &str) -> &str {
        code.get(usize::from(self.start)..usize::from(self.end)).unwrap_or_default()
    }
}

/// An error at a span. In a box, so that results are small.
pub(crate) type Fault = Box<(Span, String)>;

pub(crate) fn fault(span: Span, message: impl Into<String>) -> Fault {
    Box::new((span, message.into()))
}

/// Converts a fault to an error with line and column.
pub(crate) fn locate(code: &str, (span, message): (Span, String)) -> RuleError {
    let before = code.get(..usize::from(span.start)).unwrap_or(code);
    // A line ends with `\n`, `\r\n` or `\r`.
    let lines = before.replace("\r\n", "\n").replace('\r', "\n");
    let column = lines.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    RuleError { line: count(lines.matches('\n').count() + 1), column: count(column), message }
}

/// Returns a number with a noun, such as `1 element` or `2 elements`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Returns ` Did you mean …?` with the candidate that is most similar to `name`, or an empty text.
/// Candidates with another first letter are not similar.
pub(crate) fn suggestion<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let folded = name.to_ascii_lowercase();
    let close = |candidate: &'a str| {
        let other = candidate.to_ascii_lowercase();
        let distance = distance(&folded, &other);
        let is_close = distance <= other.len().min(folded.len()).div_ceil(4);
        (is_close && other.get(..1) == folded.get(..1)).then_some((distance, candidate))
    };
    let candidates = candidates.into_iter().filter(|candidate| *candidate != name);
    match candidates.filter_map(close).min() {
        Some((_, candidate)) => format!(" Did you mean `{candidate}`?"),
        None => String::new(),
    }
}

/// Returns the number of insertions, deletions, replacements and swaps of neighbours between two
/// names. Names of more than 40 bytes are distant from all.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > 40 || b.len() > 40 {
        return usize::MAX;
    }
    let mut previous = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let replaced = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let before: &Vec<usize> = &previous;
                best = best.min(before[j - 2] + 1);
            }
            next.push(best);
        }
        previous = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_most_similar_name() {
        let names = ["camera", "caption", "lens"];
        assert_eq!(suggestion("camrea", names), " Did you mean `camera`?");
        assert_eq!(suggestion("Lens", names), " Did you mean `lens`?");
        assert_eq!(suggestion("whatever", names), "");
        assert_eq!(suggestion("location", names), "");
        assert_eq!(suggestion("altitude", ["latitude"]), "");
        assert_eq!(suggestion("CAMERSA", ["CAMERAS"]), " Did you mean `CAMERAS`?");
    }

    #[test]
    fn counts_lines_and_characters_from_1() {
        let code = "a\r\nöé x\rb";
        let at = |start: usize| {
            let error = locate(code, (Span::new(start, start + 1), String::new()));
            (error.line, error.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(code.find('x').unwrap()), (2, 4));
        assert_eq!(at(code.find('b').unwrap()), (3, 1));
    }
}
