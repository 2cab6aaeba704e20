//! The program: reads the command line and does what it says.

use clap::Parser as _;
use hailstone::app;
use std::process::ExitCode;

fn main() -> ExitCode {
    app::verbs::run(app::cli::Cli::parse())
}
