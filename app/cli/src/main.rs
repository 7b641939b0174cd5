//! `cms`: everything a supervisor or administrator does, for scripts. See the library.

fn main() -> std::process::ExitCode {
    cli::main()
}
