//! Why files are refused or can't be read on: one sentence each, with what to do.

use std::io;

/// Files that can't be read as they are; nothing has been read out of them.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    #[error("no file was given: name at least one file or folder")]
    NoFiles,
    #[error("`{file}` can't be read ({source}): check its name and who may read it")]
    Unreadable {
        file: String,
        #[source]
        source: io::Error,
    },
    /// A file that is of no format, or not of the one that was asked for.
    #[error("`{file}` is not {expected}: {why}; {advice}")]
    Refused {
        file: String,
        expected: &'static str,
        why: String,
        advice: &'static str,
    },
    /// Files that make no sense together, or options that do not fit them.
    #[error("{0}")]
    Unfit(String),
}

/// Reading stopped in the middle; what was read before is sound.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{file}` can't be read on after line {line} ({source}): check the file and start again with \
     a whole one"
)]
pub struct ReadError {
    pub file: String,
    /// The last line, or row of Parquet, that was read; 0 where none was.
    pub line: u64,
    #[source]
    pub source: io::Error,
}

impl FormatError {
    /// The sentence for a page, which has controls where the command line has options.
    pub fn for_page(&self) -> String {
        match self {
            Self::Refused {
                file,
                expected,
                why,
                advice,
            } => {
                let advice = if advice.contains("--") {
                    "say below what it is, or which column holds what"
                } else {
                    advice
                };
                let why = why.replace("--map names", "is chosen");
                format!("“{file}” is not {expected}: {why}; {advice}.")
            }
            Self::Unreadable { file, .. } => {
                format!("“{file}” can't be read any more: upload it again.")
            }
            Self::NoFiles => "There is no file of choices: upload at least one.".to_owned(),
            Self::Unfit(message) => format!("{}.", message.replace('`', "")),
        }
    }
}
