//! What a command says: results to standard output, everything else to standard error.

use std::io::{self, Write as _};

use crate::error::respond::StoreError;

/// Prints a result. A reader who has gone is no failure.
pub(super) fn print(text: &str) {
    drop(writeln!(io::stdout().lock(), "{text}"));
}

/// Says something that is not the result.
pub(super) fn tell(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// An error and its causes as one sentence; a cause that is quoted already is not said twice.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |mut text, cause| {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
        text
    })
}

/// What is wrong with a call, as one sentence.
pub(super) fn usage(error: &clap::Error) -> String {
    let text = error.render().to_string();
    // The first paragraph says what is wrong; after it come tips and the usage.
    let first: Vec<&str> = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let said = first.join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    format!("{said}; --help tells more")
}

/// A failure of the database with its cause.
pub(super) fn store(error: StoreError) -> anyhow::Error {
    anyhow::anyhow!("{} failed: {}", error.operation, error.cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_cause_is_said_once() {
        let cause = io::Error::other("the disk is full");
        let error = Err::<(), _>(cause)
            .context("storing failed")
            .context("import: storing failed")
            .unwrap_err();
        assert_eq!(sentence(&error), "import: storing failed: the disk is full");
    }
}
