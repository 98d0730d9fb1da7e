//! The `rules` function: see the library. With the argument `evaluate`, the program evaluates the
//! rule on standard input instead.

use lambda::{Error, runtime};
use rules::Context;

fn main() -> Result<(), Error> {
    match rule_evaluator::is_evaluate_command(std::env::args_os()) {
        true => Ok(rule_evaluator::evaluate_stdin()?),
        false => serve(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve() -> Result<(), Error> {
    let cloud = runtime::start()?;
    let context = Context::from_env(&cloud)?;
    runtime::serve_api(|request| rules::handle(&context, request)).await
}
