//! The program: reads the command line, does what it says, and answers with an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    tandem::cli::run()
}
