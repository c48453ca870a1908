//! What runs a function, as a user writes it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf, absolute};

use crate::outbound::Url;

/// What runs a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A plain HTTP endpoint: gets the event, gives it back.
    Webhook(Url),
    /// An endpoint that speaks the Lambda Invoke API.
    Invoke {
        /// Where it is.
        endpoint: Url,
        /// The function's name there; without one, the name in the ARN.
        name: Option<String>,
    },
    /// A process of our own.
    Run(Handler),
}

/// A handler of the user's, to be run in a process of our own.
#[derive(Clone, PartialEq, Eq)]
pub struct Handler {
    /// What is run.
    pub program: Program,
    /// The folder to run it in.
    pub dir: PathBuf,
    /// Variables of its environment beside those of Lambda. They may be secrets.
    pub env: BTreeMap<String, String>,
}

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// A file with a handler, for a bootstrap of our own.
    File {
        /// The file.
        file: PathBuf,
        /// What it is written for.
        runtime: Runtime,
        /// The name of the handler in it.
        handler: String,
    },
    /// A command that runs a Lambda runtime client, which finds the handler itself.
    Command(Vec<String>),
}

/// What a handler's file is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// Node.js, ES modules and CommonJS.
    Node,
    /// Python 3.
    Python,
}

/// What a target may be, for those who wrote something else.
pub const FORMS: &str = "http(s)://… (a webhook), invoke+http(s)://HOST:PORT[/NAME] (an Invoke \
                         endpoint) or ./FILE[#HANDLER], ending in .mjs, .cjs, .js, .mts, .cts, .ts or .py";

const NO_QUERY: &str = "an Invoke endpoint has no query";

impl Target {
    /// Reads a target that is a text. A file is looked for from `base` on.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, base: &Path) -> Result<Self, String> {
        if let Some(url) = text.strip_prefix("invoke+") {
            let url = Url::parse(url)?;
            let name = url.path_and_query().trim_start_matches('/').to_owned();
            if name.contains('?') {
                return Err(NO_QUERY.into());
            }
            return Self::invoke(url.at_path("/"), (!name.is_empty()).then_some(name));
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Url::parse(text).map(Self::Webhook);
        }
        if text.contains("://") {
            return Err(format!("there is no such kind of URL here; give {FORMS}"));
        }
        let (file, handler) = match text.rsplit_once('#') {
            Some((file, handler)) => (file, Some(handler)),
            None => (text, None),
        };
        let handler = Handler::of_file(base, file, handler, BTreeMap::new());
        handler.map(Self::Run).map_err(|fault| fault.text)
    }

    /// Reads the URL of an Invoke endpoint.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse_endpoint(text: &str) -> Result<Self, String> {
        Self::invoke(Url::parse(text)?, None)
    }

    /// An Invoke endpoint; a path in its URL stands before that of the API.
    ///
    /// # Errors
    /// A name that cannot be one.
    pub fn invoke(endpoint: Url, name: Option<String>) -> Result<Self, String> {
        if endpoint.path_and_query().contains('?') {
            return Err(NO_QUERY.into());
        }
        if name.as_deref().is_some_and(|name| !is_function_name(name)) {
            return Err(
                "the name of a function has no other signs than letters, digits and \
                        -_.:$, as a name, a name with its alias, or an ARN"
                    .into(),
            );
        }
        Ok(Self::Invoke { endpoint, name })
    }
}

/// Of a name, a partial or a full ARN.
fn is_function_name(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:$".contains(&byte);
    !name.is_empty() && name.bytes().all(is_sign)
}

/// What is wrong with a handler, and in which member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerFault {
    /// The member.
    pub member: &'static str,
    /// What is wrong, and what would be right.
    pub text: String,
}

fn wrong<T>(member: &'static str, text: impl Into<String>) -> Result<T, HandlerFault> {
    let text = text.into();
    Err(HandlerFault { member, text })
}

impl Handler {
    /// A file with a handler: without a name it is `handler`, and `lambda_handler` in Python, as AWS's
    /// own examples have it.
    ///
    /// # Errors
    /// A file that is none or of another language, a name that no handler can have, a variable that
    /// cannot be one.
    pub fn of_file(
        base: &Path,
        file: &str,
        handler: Option<&str>,
        env: BTreeMap<String, String>,
    ) -> Result<Self, HandlerFault> {
        let Some(runtime) = Runtime::of(file) else {
            return wrong("run", format!("{file:?} is no target; give {FORMS}"));
        };
        let file = absolute(base.join(file)).unwrap_or_else(|_| base.join(file));
        if !file.is_file() {
            return wrong("run", format!("there is no file {}", file.display()));
        }
        let handler = handler.unwrap_or(match runtime {
            Runtime::Node => "handler",
            Runtime::Python => "lambda_handler",
        });
        // JavaScript exports under any name, and a dot leads to a member.
        if handler.split('.').any(str::is_empty) || handler.contains(char::is_whitespace) {
            return wrong(
                "handler",
                format!("no handler can be named {handler:?}; give the name that the file exports"),
            );
        }
        check_env(&env)?;
        let dir = file.parent().map_or_else(PathBuf::new, Path::to_owned);
        let program = Program::File {
            handler: handler.to_owned(),
            runtime,
            file,
        };
        Ok(Self { program, dir, env })
    }

    /// A command that runs a runtime client, in `dir` or else in `base`.
    ///
    /// # Errors
    /// No command, a folder that is none, a variable that cannot be one.
    pub fn of_command(
        base: &Path,
        command: Vec<String>,
        dir: Option<&str>,
        env: BTreeMap<String, String>,
    ) -> Result<Self, HandlerFault> {
        let program = command.first().map_or("", String::as_str);
        if program.is_empty() || command.iter().any(|word| word.contains('\0')) {
            return wrong(
                "command",
                "give the program and its arguments, such as [npx, aws-lambda-ric, app.handler]",
            );
        }
        let dir = dir.map_or_else(|| base.to_owned(), |dir| base.join(dir));
        let dir = absolute(&dir).unwrap_or(dir);
        if !dir.is_dir() {
            return wrong("dir", format!("there is no folder {}", dir.display()));
        }
        check_env(&env)?;
        let program = Program::Command(command);
        Ok(Self { program, dir, env })
    }
}

fn check_env(env: &BTreeMap<String, String>) -> Result<(), HandlerFault> {
    let is_bad = |(name, value): (&String, &String)| {
        name.is_empty() || name.contains(['=', '\0']) || value.contains('\0')
    };
    if env.iter().any(is_bad) {
        return wrong("env", "a variable has a name without =, and a text");
    }
    Ok(())
}

impl Runtime {
    /// By the ending of a file's name.
    fn of(file: &str) -> Option<Self> {
        match Path::new(file).extension()?.to_str()? {
            "mjs" | "cjs" | "js" | "mts" | "cts" | "ts" => Some(Self::Node),
            "py" => Some(Self::Python),
            _ => None,
        }
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler")
            .field("program", &self.program)
            .field("dir", &self.dir)
            .field("env", &self.env.keys())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a test's own, with two handlers.
    fn folder(test: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("poolhouse-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        for name in ["a.mjs", "b.py", "c.txt"] {
            std::fs::write(path.join(name), "").unwrap();
        }
        path
    }

    #[test]
    fn a_text_is_one_of_three_kinds_of_target() {
        let base = folder("texts");
        let url = |text: &str| Url::parse(text).unwrap();
        let invoke = |text: &str, name: Option<&str>| Target::Invoke {
            endpoint: url(text),
            name: name.map(str::to_owned),
        };
        let run = |file: &str, runtime, handler: &str| {
            Target::Run(Handler {
                program: Program::File {
                    file: base.join(file),
                    runtime,
                    handler: handler.to_owned(),
                },
                dir: base.clone(),
                env: BTreeMap::new(),
            })
        };
        for (text, expected) in [
            ("http://a/b?c=d", Target::Webhook(url("http://a/b?c=d"))),
            ("https://a", Target::Webhook(url("https://a"))),
            ("invoke+http://a:1", invoke("http://a:1", None)),
            ("invoke+http://a:1/", invoke("http://a:1/", None)),
            ("invoke+https://a/f", invoke("https://a/", Some("f"))),
            ("./a.mjs", run("a.mjs", Runtime::Node, "handler")),
            ("a.mjs#signUp", run("a.mjs", Runtime::Node, "signUp")),
            ("a.mjs#a.b", run("a.mjs", Runtime::Node, "a.b")),
            ("b.py", run("b.py", Runtime::Python, "lambda_handler")),
        ] {
            let read = Target::parse(text, &base);
            assert_eq!(read.as_ref(), Ok(&expected), "{text}");
        }
        for (text, fault) in [
            ("", "is no target"),
            ("c.txt", "is no target"),
            ("ftp://a/x.js", "no such kind of URL"),
            ("invoke+ftp://a", "not an absolute http"),
            ("invoke+http://a/f?x=y", "no query"),
            ("invoke+http://a/f/g", "name of a function"),
            ("http://", "not an absolute http"),
            ("./none.mjs", "there is no file"),
            (".", "is no target"),
            ("a.mjs#", "no handler can be named \"\""),
            ("a.mjs#a b", "no handler can be named \"a b\""),
            ("a.mjs#a..b", "no handler can be named \"a..b\""),
        ] {
            let refused = Target::parse(text, &base).unwrap_err();
            assert!(refused.contains(fault), "{text}: {refused}");
        }
        std::fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn a_command_has_words_a_folder_and_variables() {
        let base = folder("commands");
        let env = |name: &str| BTreeMap::from([(name.to_owned(), "secret".to_owned())]);
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let command = |given: &[&str], dir, name: &str| {
            Handler::of_command(&base, words(given), dir, env(name)).map_err(|fault| fault.member)
        };
        let made = command(&["npx", "aws-lambda-ric", "app.handler"], None, "KEY").unwrap();
        assert_eq!(made.dir, base);
        assert!(!format!("{made:?}").contains("secret"), "{made:?}");
        assert_eq!(command(&[], None, "KEY"), Err("command"));
        assert_eq!(command(&[""], None, "KEY"), Err("command"));
        assert_eq!(command(&["a\0"], None, "KEY"), Err("command"));
        assert_eq!(command(&["a"], Some("none"), "KEY"), Err("dir"));
        assert_eq!(command(&["a"], None, "K=Y"), Err("env"));
        assert_eq!(command(&["a"], None, ""), Err("env"));
        std::fs::remove_dir_all(&base).unwrap();
    }
}
