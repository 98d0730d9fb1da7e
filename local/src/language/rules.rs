//! The rules for files.

use super::lines::Line;

/// The maximum width of a line of a comment or of Markdown, in characters.
const MAX_COLUMNS: usize = 100;
/// Words that must not begin a comment, because they begin a clause instead of naming the subject.
const QUESTION_WORDS: [&str; 4] = ["What ", "Who ", "Whose ", "Whom "];
/// Banned words with advice: one `word: advice` in each line. `#` begins a comment.
const BANNED_WORDS: &str = include_str!("../../banned-words.txt");

/// A violation of one rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// The line number, counted from 1.
    pub line: usize,
    /// The advice on how to fix it.
    pub advice: String,
}

/// Checks the lines of one file against each rule.
pub(super) fn check(lines: &[Line]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let advice = [find_wide_line(line), find_question_word(line), find_misnamed_limit(line)];
        let advice = advice.into_iter().flatten().chain(find_banned_words(line));
        findings.extend(advice.map(|advice| Finding { line: index + 1, advice }));
    }
    findings
}

/// Finds a line that is too wide. Skips tables and URLs, which cannot be wrapped.
fn find_wide_line(line: &Line) -> Option<String> {
    let columns = line.text.chars().count();
    let comment = line.comment.as_deref().filter(|_| line.can_wrap)?;
    let cannot_wrap = comment.trim_start().starts_with('|') || comment.contains("://");
    (columns > MAX_COLUMNS && !cannot_wrap)
        .then(|| format!("Wrap the line at {MAX_COLUMNS} columns; it has {columns}."))
}

/// Finds a comment that begins with a question word.
fn find_question_word(line: &Line) -> Option<String> {
    let comment = line.comment.as_deref()?;
    let word = QUESTION_WORDS.iter().find(|word| comment.starts_with(**word))?;
    Some(format!("Begin the comment with the thing itself or a verb, not with \"{}\".", word.trim_end()))
}

/// Finds a limit that is not called `MAX_…`.
fn find_misnamed_limit(line: &Line) -> Option<String> {
    let is_limit = |(start, prefix): (usize, &str)| {
        let in_name = line.text[..start].ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let goes_on = line.text[start + prefix.len()..].starts_with(|next: char| next.is_ascii_uppercase());
        !in_name && goes_on
    };
    let found = line.text.match_indices(concat!("MOST", "_")).any(is_limit);
    found.then(|| "Rename the limit to `MAX_…`.".to_owned())
}

/// Finds banned words in comments, strings and names of functions.
fn find_banned_words(line: &Line) -> impl Iterator<Item = String> {
    let prose = prose(line).to_lowercase();
    BANNED_WORDS.lines().filter(|entry| !entry.starts_with('#')).filter_map(move |entry| {
        let (word, advice) = entry.split_once(": ")?;
        has_word(&prose, word).then(|| format!("Replace \"{word}\": {advice}."))
    })
}

/// Returns the text of a line for people: its comment, strings and function names, without `code`.
fn prose(line: &Line) -> String {
    let mut prose = without_code(line.comment.as_deref().unwrap_or_default());
    // A single word is a name, and ` :` belongs to an expression of DynamoDB.
    let is_text = |text: &&String| text.contains(' ') && !text.contains(" :");
    for text in line.strings.iter().filter(is_text) {
        prose = prose + "\n" + &without_code(text);
    }
    for keyword in ["fn ", "def "] {
        if let Some(rest) = line.text.trim_start().split_once(keyword).map(|(_, rest)| rest) {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            prose = prose + "\n" + &name.replace('_', " ");
        }
    }
    prose
}

/// Returns the text outside of `backticks`.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Returns `true` if `word` occurs in a text as a whole word.
fn has_word(text: &str, word: &str) -> bool {
    let is_letter = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(start, _)| {
        !text[..start].ends_with(is_letter) && !text[start + word.len()..].starts_with(is_letter)
    })
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    /// A banned word, in two parts so that this file passes.
    const WORD: &str = concat!("who", "ever");

    fn rust(text: &str) -> Vec<String> {
        check(&lines::rust(text)).into_iter().map(|finding| finding.advice).collect()
    }

    #[test]
    fn comments_are_at_most_100_columns_wide() {
        let comment = |columns: usize| format!("//{}\n", "x".repeat(columns - 2));
        assert_eq!(rust(&comment(100)), [""; 0]);
        assert_eq!(rust(&comment(101)), ["Wrap the line at 100 columns; it has 101."]);
    }

    #[test]
    fn tables_addresses_and_code_may_be_wider() {
        let wide = "x".repeat(100);
        for line in [format!("//! | {wide} |"), format!("// https://{wide}"), format!("let {wide} = 1; // x")]
        {
            assert_eq!(rust(&line), [""; 0], "{line}");
        }
    }

    #[test]
    fn comments_do_not_begin_with_a_question_word() {
        for word in QUESTION_WORDS {
            assert_eq!(rust(&format!("/// {word}is sent.\n")).len(), 1, "{word}");
        }
        assert_eq!(rust("/// Whole pictures.\n// Shows what is left.\n"), [""; 0]);
    }

    #[test]
    fn limits_are_called_max() {
        let name = |prefix: &str| format!("const {prefix}{}ROWS: usize = 1;\n", concat!("MOST", "_"));
        assert_eq!(rust(&name("")), ["Rename the limit to `MAX_…`."]);
        assert_eq!(rust(&name("AL")), [""; 0]);
        assert_eq!(rust(concat!("let MOST", "_x = 1;\n")), [""; 0]);
    }

    #[test]
    fn banned_words_are_found_in_comments_texts_and_function_names() {
        for line in [
            format!("// For {WORD} asks."),
            format!("let text = \"For {WORD} asks.\";"),
            format!("async fn for_{WORD}_asks() {{}}"),
        ] {
            assert_eq!(rust(&line).len(), 1, "{line}");
        }
    }

    #[test]
    fn names_in_code_may_be_banned_words() {
        for line in [
            format!("// The attribute `{WORD}`."),
            format!("let {WORD} = \"{WORD}\";"),
            format!("let expression = \"ADD {WORD} :{WORD}\";"),
            format!("// {WORD}s and the_{WORD}"),
        ] {
            assert_eq!(rust(&line), [""; 0], "{line}");
        }
    }

    #[test]
    fn each_banned_word_has_advice() {
        let entries: Vec<_> = BANNED_WORDS.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(entries.iter().all(|entry| entry.contains(": ")), "{entries:?}");
        assert!(!entries.is_empty());
    }
}
