//! Splits files into lines, and lines into comments, strings and code.

/// A line and its parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The complete line.
    pub text: String,
    /// The text of the comment, docstring or Markdown, without the comment marker.
    pub comment: Option<String>,
    /// Whether the line contains only a comment, so that it can be wrapped.
    pub can_wrap: bool,
    /// The contents of the string literals.
    pub strings: Vec<String>,
}

/// The state at a position in a file.
enum State {
    Code,
    /// In a Rust block comment, this many levels deep.
    Block(usize),
    /// In a string literal.
    Text {
        /// The delimiter that ends it.
        end: String,
        /// Whether a backslash escapes the next character.
        escapes: bool,
        /// Whether it is a Python docstring.
        is_doc: bool,
    },
}

/// The lexical rules that differ between the languages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Rust,
    Python,
}

/// Splits a Rust file into lines.
pub(super) fn rust(text: &str) -> Vec<Line> {
    split(text, Syntax::Rust)
}

/// Splits a Python file into lines. Docstrings count as comments.
pub(super) fn python(text: &str) -> Vec<Line> {
    split(text, Syntax::Python)
}

/// Splits a YAML file into lines. The text outside comments counts as one string.
pub(super) fn yaml(text: &str) -> Vec<Line> {
    let line = |text: &str| {
        let whole = text.trim_start();
        let comment = whole.strip_prefix('#').or_else(|| whole.split_once(" # ").map(|(_, comment)| comment));
        Line {
            text: text.to_owned(),
            comment: comment.map(|comment| comment.trim().to_owned()),
            can_wrap: whole.starts_with('#'),
            strings: if whole.starts_with('#') { vec![] } else { vec![whole.to_owned()] },
        }
    };
    text.lines().map(line).collect()
}

/// Splits a Markdown file into lines. Omits code blocks and the targets of links.
pub(super) fn markdown(text: &str) -> Vec<Line> {
    let mut in_code = false;
    let line = |text: &str| {
        let is_fence = text.trim_start().starts_with("```");
        in_code ^= is_fence;
        if in_code || is_fence {
            return Line { text: text.to_owned(), ..Line::default() };
        }
        let text = without_link_targets(text);
        Line { comment: Some(text.clone()), text, can_wrap: true, strings: vec![] }
    };
    text.lines().map(line).collect()
}

/// Splits a file of the web app into lines: TypeScript, JavaScript, CSS or a Svelte component.
/// Reads each line on its own, apart from block comments, because quotes in markup and in regular
/// expressions open no string. Strings over several lines count as code.
pub(super) fn web(text: &str) -> Vec<Line> {
    let mut end_of_block = None;
    text.lines().map(|text| web_line(text, &mut end_of_block)).collect()
}

/// Splits a line of the web app. `end_of_block` is the end of the block comment that continues at
/// its start, and then at its end.
fn web_line(text: &str, end_of_block: &mut Option<&'static str>) -> Line {
    let trimmed = text.trim();
    let opened = [("/*", "*/"), ("<!--", "-->")].into_iter().find(|(start, _)| trimmed.starts_with(start));
    let comment = if let Some(end) = end_of_block.or(opened.map(|(_, end)| end)) {
        *end_of_block = (!trimmed.contains(end)).then_some(end);
        Some(trimmed.trim_end_matches(end).trim_start_matches(['/', '*', '<', '!', '-']))
    } else {
        trimmed.strip_prefix("//")
    };
    if let Some(comment) = comment {
        let comment = Some(comment.trim().to_owned());
        return Line { text: text.to_owned(), comment, can_wrap: true, strings: vec![] };
    }
    let (code, comment) =
        trimmed.split_once(" // ").map_or((trimmed, None), |(code, rest)| (code, Some(rest)));
    let comment = comment.map(|comment| comment.trim().to_owned());
    Line { text: text.to_owned(), comment, can_wrap: false, strings: strings_of(code) }
}

/// Returns the contents of the strings of a line of TypeScript.
fn strings_of(code: &str) -> Vec<String> {
    let mut strings = vec![];
    let mut rest = code;
    while let Some(start) = rest.find(['\'', '"', '`']) {
        let (quote, after) = (&rest[start..=start], &rest[start + 1..]);
        let Some((string, after)) = after.split_once(quote) else { break };
        strings.push(string.to_owned());
        rest = after;
    }
    strings
}

/// Replaces each `[text](target)` by `[text]`.
fn without_link_targets(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("](") {
        kept.push_str(before);
        kept.push(']');
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    kept + rest
}

fn split(text: &str, syntax: Syntax) -> Vec<Line> {
    let mut state = State::Code;
    text.lines().map(|text| split_line(text, syntax, &mut state)).collect()
}

/// Splits a line into its parts. `state` is the state at its start, and then at its end.
fn split_line(text: &str, syntax: Syntax, state: &mut State) -> Line {
    let mut line = Line { text: text.to_owned(), ..Line::default() };
    let mut has_code = false;
    let mut rest = text;
    if let State::Text { is_doc: false, .. } = state {
        line.strings.push(String::new());
    }
    while let Some(next) = rest.chars().next() {
        let width = match state {
            State::Block(_) => read_block_comment(rest, state, &mut line),
            State::Text { .. } => read_string(rest, state, &mut line),
            State::Code => {
                let before = &text[..text.len() - rest.len()];
                if let Some(comment) = line_comment(rest, syntax) {
                    line.comment = Some(comment.trim().to_owned());
                    break;
                }
                if let Some((width, opened)) = opening_delimiter(before, rest, syntax) {
                    has_code |= matches!(opened, State::Text { is_doc: false, .. });
                    if let State::Text { is_doc: false, .. } = opened {
                        line.strings.push(String::new());
                    }
                    *state = opened;
                    width
                } else {
                    has_code |= !next.is_whitespace();
                    character_length(rest, syntax)
                }
            }
        };
        rest = &rest[width..];
    }
    if syntax == Syntax::Python && matches!(state, State::Text { end, .. } if end.len() == 1) {
        *state = State::Code;
    }
    line.comment = line.comment.map(|comment| comment.trim().to_owned());
    line.can_wrap = line.comment.is_some() && !has_code && line.strings.is_empty();
    line
}

/// Returns the text of the line comment that `rest` begins with.
fn line_comment(rest: &str, syntax: Syntax) -> Option<&str> {
    match syntax {
        Syntax::Rust => rest.strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!'])),
        Syntax::Python => rest.strip_prefix('#'),
    }
}

/// Returns the length of the delimiter that `rest` begins with, and the state after it.
fn opening_delimiter(before: &str, rest: &str, syntax: Syntax) -> Option<(usize, State)> {
    let text = |end: &str, escapes, is_doc| State::Text { end: end.to_owned(), escapes, is_doc };
    if syntax == Syntax::Python {
        let end = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|end| rest.starts_with(end))?;
        return Some((end.len(), text(end, true, end.len() == 3 && before.trim().is_empty())));
    }
    if rest.starts_with("/*") {
        return Some((2, State::Block(1)));
    }
    if rest.starts_with('"') {
        return Some((1, text("\"", true, false)));
    }
    let hashes = rest.strip_prefix('r')?.chars().take_while(|next| *next == '#').count();
    let in_name = before.ends_with(|last: char| last.is_alphanumeric() && last != 'b' || last == '_');
    let is_raw = !in_name && rest[1 + hashes..].starts_with('"');
    is_raw.then(|| (hashes + 2, text(&format!("\"{}", "#".repeat(hashes)), false, false)))
}

/// Returns the length of the first character of code in bytes. A Rust character literal counts as
/// one character, so that `'"'` opens no string.
fn character_length(rest: &str, syntax: Syntax) -> usize {
    let mut characters = rest.char_indices();
    let first = characters.next().map_or(1, |(_, first)| first.len_utf8());
    if syntax == Syntax::Python || !rest.starts_with('\'') {
        return first;
    }
    let is_escape = rest[1..].starts_with('\\');
    // A lifetime has no closing quote right after its first letter.
    let (from, window) = if is_escape { (3, usize::MAX) } else { (2, 1) };
    let end = characters.skip(from - 1).take(window).find(|(_, next)| *next == '\'');
    end.map_or(first, |(index, _)| index + 1)
}

/// Reads one step of a block comment. Returns the number of bytes read.
fn read_block_comment(rest: &str, state: &mut State, line: &mut Line) -> usize {
    let State::Block(depth) = *state else { return 1 };
    if rest.starts_with("*/") {
        *state = if depth == 1 { State::Code } else { State::Block(depth - 1) };
        return 2;
    }
    if rest.starts_with("/*") {
        *state = State::Block(depth + 1);
        return 2;
    }
    take(rest, line.comment.get_or_insert_default())
}

/// Reads one step of a string or docstring. Returns the number of bytes read.
fn read_string(rest: &str, state: &mut State, line: &mut Line) -> usize {
    let State::Text { end, escapes, is_doc } = state else { return 1 };
    let into = if *is_doc {
        line.comment.get_or_insert_default()
    } else if let Some(last) = line.strings.last_mut() {
        last
    } else {
        return 1;
    };
    if rest.starts_with(end.as_str()) {
        let width = end.len();
        *state = State::Code;
        return width;
    }
    if *escapes && rest.starts_with('\\') {
        return 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
    }
    take(rest, into)
}

/// Appends the first character to `into`. Returns its length in bytes.
fn take(rest: &str, into: &mut String) -> usize {
    let Some(next) = rest.chars().next() else { return 1 };
    into.push(next);
    next.len_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(lines: &[Line]) -> Vec<&str> {
        lines.iter().filter_map(|line| line.comment.as_deref()).collect()
    }

    fn strings(lines: &[Line]) -> Vec<&str> {
        lines.iter().flat_map(|line| line.strings.iter().map(String::as_str)).collect()
    }

    #[test]
    fn distinguishes_comments_from_strings_in_rust() {
        let lines =
            rust("//! Module.\nlet a = \"// \\\" text\"; // After code.\n/* Block\nends */ let b = 1;\n");
        assert_eq!(comments(&lines), ["Module.", "After code.", "Block", "ends"]);
        assert_eq!(strings(&lines), ["//  text"]);
        let can_wrap: Vec<_> = lines.iter().map(|line| line.can_wrap).collect();
        assert_eq!(can_wrap, [true, false, true, false]);
    }

    #[test]
    fn reads_raw_strings_and_strings_over_several_lines() {
        let lines =
            rust("let a = r#\"// \"raw\"\"#; let b = br\"//\";\nlet c = \"one \\\n    // two\"; // C.\n");
        assert_eq!(strings(&lines), ["// \"raw\"", "//", "one ", "    // two"]);
        assert_eq!(comments(&lines), ["C."]);
    }

    #[test]
    fn character_literals_and_lifetimes_open_no_string() {
        let lines = rust("fn f<'a>(c: &'a char) { '\"'; '\\''; 'ß'; '\\u{1F600}'; \"s\" } // C.\n");
        assert_eq!(strings(&lines), ["s"]);
        assert_eq!(comments(&lines), ["C."]);
    }

    #[test]
    fn python_docstrings_count_as_comments() {
        let lines = python("\"\"\"Module,\n\non.\n\"\"\"\nA = \"\"\"\n# text\n\"\"\"\nb = '#'  # B.\n");
        assert_eq!(comments(&lines), ["Module,", "on.", "", "B."]);
        assert_eq!(strings(&lines).concat(), "# text#");
    }

    #[test]
    fn an_unfinished_python_string_ends_with_its_line() {
        assert_eq!(comments(&python("a = 'x\n# B.\n")), ["B."]);
    }

    #[test]
    fn reads_the_comments_and_strings_of_the_web_app() {
        let lines = web(
            "/** One. */\n/*\n * Two\n */\na('b c'); // Three.\n<!-- Four\nfive --> x\nurl(https://a)\n<p>don't</p>\n",
        );
        assert_eq!(comments(&lines), ["One.", "", "Two", "", "Three.", "Four", "five --> x"]);
        assert_eq!(strings(&lines), ["b c"]);
        let can_wrap: Vec<_> = lines.iter().map(|line| line.can_wrap).collect();
        assert_eq!(can_wrap, [true, true, true, true, false, true, true, false, false]);
    }

    #[test]
    fn links_in_markdown_count_without_their_targets() {
        let lines = markdown("See [this](https://a.example/b) and [that](c.md).\n```sh\ncode\n```\n");
        assert_eq!(comments(&lines), ["See [this] and [that]."]);
    }
}
