//! A world that is served after a scenario was played in it up to a step.

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use super::Outcome;
use super::run::Run;
use crate::cli::ReplayArguments;
use crate::config::{self, Environment};
use crate::http::{self, Host, Server, Tls};
use crate::scenario::plan::{Scenario, Step};
use crate::scenario::report::{Report, Text};
use crate::scenario::run::{End, How};

/// Plays the one run up to before the step that was named, and serves its world until `stop`.
pub(super) async fn serve(
    runs: &[Run],
    typed: &ReplayArguments,
    environment: &Environment,
    how: How,
    port: u16,
    out: &mut (dyn Write + Send),
    stop: impl Future<Output = ()>,
) -> Result<Outcome, String> {
    let [run] = runs else {
        let titles = runs.iter().map(|run| format!("\n  {}", run.title()));
        let titles: String = titles.collect();
        return Err(format!(
            "--serve takes one scenario; choose one by --name:{titles}"
        ));
    };
    let until = typed.until.as_deref();
    let until = until.map(|step| number(run.scenario(), step)).transpose()?;
    let how = How { until, ..how };
    let config = run.start().config();
    let tls = config::tls(typed.tls.clone(), environment, config.guests().hosts);
    let tls = tls.map_err(|error| error.to_string())?;
    let tls = tls.as_ref().map(Tls::new).transpose();
    let tls = tls.map_err(|error| error.to_string())?.map(Arc::new);
    let listeners = http::bind(Host::Loopback, port).map_err(|error| error.to_string())?;
    let world = run.start().world().map_err(|error| error.to_string())?;
    let world = Arc::new(world);
    let began = Instant::now();
    let played = run.play_in(&world, &how).await;
    let outcome = match played.end {
        End::Passed | End::Skipped(..) => Outcome::Passed,
        End::Failed(_) => Outcome::Failed,
        End::Unreachable(_) => Outcome::Unreachable,
    };
    let mut report = Text::default();
    // Who reads it may have gone.
    let _ = report.ran(&run.ran(played, began.elapsed()), out);
    let _ = report.end(out);
    let port = listeners.port;
    let also = match tls {
        Some(_) => format!(" and https://localhost:{port}"),
        None => String::new(),
    };
    let _ = writeln!(
        out,
        "Its world is served on http://localhost:{port}{also} until Ctrl-C."
    );
    let _ = out.flush();
    let shared = Arc::clone(&world.furnished().shared);
    let server = Server::start(
        shared,
        listeners,
        config.limits.clone(),
        config.guests(),
        tls,
    );
    stop.await;
    server.stop().await;
    world.end().await;
    Ok(outcome)
}

/// The number of a step that is named by it, or by what it is called with `as`.
fn number(scenario: &Scenario, named: &str) -> Result<usize, String> {
    let count = scenario.steps.len();
    let is_called = |step: &Step| step.name.as_ref().is_some_and(|name| *name.name == *named);
    let by_name = scenario.steps.iter().position(is_called).map(|at| at + 1);
    let by_number = named
        .parse()
        .ok()
        .filter(|number| (1..=count).contains(number));
    by_number.or(by_name).ok_or_else(|| {
        let names: Vec<&str> = scenario
            .steps
            .iter()
            .filter_map(|step| Some(&*step.name.as_ref()?.name))
            .collect();
        let names = match names.as_slice() {
            [] => String::new(),
            names => format!(", or what one is called by `as`: {}", names.join(", ")),
        };
        format!("--until {named}: give the number of a step, 1 to {count}{names}")
    })
}
