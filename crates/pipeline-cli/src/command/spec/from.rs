//! stub
use clap::Args;
use crate::cli::OutputArgs;
use crate::console::Console;
use crate::failure::Failure;
#[derive(Debug, Clone, Args)]
pub struct FromArgs {
    #[command(flatten)]
    pub output: OutputArgs,
}
pub fn from(_: &FromArgs, _: &Console) -> Result<(), Failure> { Ok(()) }
