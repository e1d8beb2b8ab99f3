//! `pipeline-cli completions`: what a shell needs to complete our commands and flags.

use clap::Args;
use clap_complete::Shell;

use crate::cli;
use crate::failure::Failure;
use crate::standard_output::print;

/// Examples that work when they are pasted, and where each shell looks.
const EXAMPLES: &str = "\
Examples:
  mkdir -p ~/.local/share/bash-completion/completions ~/.zfunc
      folders that may not be there yet
  cd ~/.local/share/bash-completion/completions
  pipeline-cli completions bash > pipeline-cli
      bash, from its next start on
  pipeline-cli completions zsh > ~/.zfunc/_pipeline-cli
      zsh
  pipeline-cli completions fish > ~/.config/fish/completions/pipeline-cli.fish
      fish

Where shells look:
  bash  ~/.local/share/bash-completion/completions
  zsh   folders of $fpath: `fpath+=~/.zfunc` in ~/.zshrc, before `compinit`
  fish  ~/.config/fish/completions";

/// Arguments of `completions`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// Prints the script of a shell.
///
/// # Errors
///
/// Standard output can't be written.
pub fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    print(script(args.shell)).map(drop)
}

fn script(shell: Shell) -> String {
    let mut command = cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_script_knows_all_commands_and_their_flags() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for command in cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {command}");
                for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
                    assert!(script.contains(flag), "{shell}: {command} --{flag}");
                }
            }
        }
    }
}
