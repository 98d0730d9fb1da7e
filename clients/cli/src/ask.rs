//! Questions to the person, and lines of standard input.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::failure::Failure;

/// Asks a question at the terminal, and returns the line that the person enters.
///
/// # Errors
/// Returns a wrong usage with the sentence `without_terminal` if nobody can answer.
pub fn ask(question: &str, without_terminal: &str) -> Result<String, Failure> {
    require_terminal(without_terminal)?;
    let _ = write!(io::stderr(), "{question} ");
    let _ = io::stderr().flush();
    read_line()
}

/// Asks for a password at the terminal, without showing it.
///
/// # Errors
/// Returns a failure also if the person enters nothing.
pub fn ask_password(question: &str, without_terminal: &str) -> Result<String, Failure> {
    require_terminal(without_terminal)?;
    let password = rpassword::prompt_password(format!("{question} ")).map_err(|error| {
        Failure::Failed(format!(
            "Your password cannot be hidden at this terminal ({error}). Use `--email` and `--password-stdin`."
        ))
    })?;
    if password.is_empty() { Err(Failure::Failed("You entered no password.".into())) } else { Ok(password) }
}

/// Reads a line of standard input.
pub fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::Failed(format!("Cannot read standard input: {error}.")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn require_terminal(without_terminal: &str) -> Result<(), Failure> {
    if io::stdin().is_terminal() { Ok(()) } else { Err(Failure::Usage(without_terminal.into())) }
}
