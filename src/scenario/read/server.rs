//! `server`: settings by the names of `serve`'s flags.

use clap::{Args, Parser};

use super::entry::{Faults, shown};
use crate::cli::{Arguments, ServeArguments};
use crate::model::misspelled;
use crate::scenario::plan::Server;
use crate::scenario::source::{Node, Tree};

/// The flags that say how Cognito behaves. The others say where a server listens, what it draws from, what
/// it reads, whom it asks, and what it logs: a world listens nowhere, and the scenario says the rest itself.
const FLAGS: [&str; 8] = [
    "issuer",
    "public-url",
    "one-time-tokens",
    "step-up",
    "quotas",
    "keep-messages",
    "keep-history",
    "code",
];

/// The flags of `serve` that a scenario may set.
pub(crate) fn settings() -> Vec<clap::Arg> {
    let serve = ServeArguments::augment_args(clap::Command::new("serve"));
    let is_setting = |flag: &&clap::Arg| {
        let name = flag.get_long();
        name.is_some_and(|name| FLAGS.contains(&name))
    };
    serve.get_arguments().filter(is_setting).cloned().collect()
}

/// Flags of a server that the scenario says by a member of its own.
const OF_SCENARIO: [(&str, &str); 3] = [
    ("fixtures", "fixtures"),
    ("seed", "seed"),
    ("frozen-clock", "clock"),
];

/// What a server is told.
pub(super) fn read(node: &Node, faults: &mut Faults) -> Option<Server> {
    let mut typed = vec!["poolhouse".to_owned()];
    let known = settings();
    let before = faults.0.len();
    for (key, value) in faults.members(node, "settings") {
        let name = &*key.name;
        if let Some((_, own)) = OF_SCENARIO.iter().find(|(flag, _)| *flag == name) {
            faults.add(
                &key.at,
                format!("a scenario says that by its own member {own}"),
            );
            continue;
        }
        let mut names = known.iter().filter_map(|flag| flag.get_long());
        if !names.clone().any(|known| known == name) {
            let hint = misspelled::hint(name, &mut names);
            faults.add(
                &key.at,
                format!("a scenario's server has no setting {name}; {hint}"),
            );
            continue;
        }
        let single = std::slice::from_ref(value);
        let values = match &value.value {
            Tree::List(items) => items,
            _ => single,
        };
        for value in values {
            let flag = match &value.value {
                Tree::Boolean(true) => Some(format!("--{name}")),
                Tree::Boolean(false) | Tree::Null => None,
                Tree::Text(text) => Some(format!("--{name}={text}")),
                Tree::Number(number) => Some(format!("--{name}={number}")),
                Tree::List(_) | Tree::Map(_) => {
                    faults.wrong(value, "give a text, a number, or true or false");
                    None
                }
            };
            let Some(flag) = flag else { continue };
            match Arguments::try_parse_from(["poolhouse", &flag]) {
                Ok(_) => typed.push(flag),
                Err(error) => {
                    let text = format!("{name} takes no {}; {}", shown(value), reason(&error));
                    faults.add(&value.at, text);
                }
            }
        }
    }
    let arguments = Arguments::try_parse_from(typed).ok();
    let flags = arguments.map_or_else(ServeArguments::default, |arguments| arguments.serve);
    (faults.0.len() == before).then(|| Server {
        at: node.at.clone(),
        flags: Box::new(flags),
    })
}

/// What would be right, of clap's words.
fn reason(error: &clap::Error) -> String {
    use clap::error::{ContextKind, ContextValue, ErrorKind};

    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue)
        && !values.is_empty()
    {
        return format!("known here are {}", values.join(", "));
    }
    if error.kind() == ErrorKind::TooManyValues {
        return "give true or false".to_owned();
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    let said = first.rsplit_once("': ").or(first.split_once(": "));
    said.map_or(first, |(_, said)| said).to_owned()
}
