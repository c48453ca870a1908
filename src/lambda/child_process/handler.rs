//! What is run: a handler file of one's own, or any client of the Lambda Runtime API.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::clock::Clock;

/// Runs a handler file under Node.
const NODE_BOOTSTRAP: &str = include_str!("bootstrap.cjs");

/// Runs a handler file under Python.
const PYTHON_BOOTSTRAP: &str = include_str!("bootstrap.py");

/// The size that a function has by default. Documented.
const MEMORY_MEGABYTES: &str = "128";

/// The services whose endpoints a handler is told of: it calls back to the server that calls it.
const ENDPOINTS: [&str; 3] = [
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY",
    "AWS_ENDPOINT_URL_KMS",
];

/// Variables that make sense to the parent alone: an IPC channel that a child cannot open.
const NOT_INHERITED: [&str; 3] = [
    "NODE_CHANNEL_FD",
    "NODE_CHANNEL_SERIALIZATION_MODE",
    "NODE_UNIQUE_ID",
];

/// A function of the user's, and its own environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    program: Program,
    env: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Program {
    File {
        language: Language,
        file: PathBuf,
        function: String,
    },
    Command {
        words: Vec<String>,
        dir: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Node,
    Python,
}

impl Language {
    fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "mjs" | "cjs" | "js" | "mts" | "cts" | "ts" => Some(Self::Node),
            "py" => Some(Self::Python),
            _ => None,
        }
    }

    /// The function that is meant where none is named: what the consoles of AWS write into a new function.
    fn function(self) -> &'static str {
        match self {
            Self::Node => "handler",
            Self::Python => "lambda_handler",
        }
    }
}

impl Handler {
    /// The function of this name in a file; without a name `handler`, in Python `lambda_handler`.
    ///
    /// # Errors
    /// When no such file can be run; the text says why.
    pub fn file(
        file: &Path,
        function: Option<&str>,
        env: BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let shown = file.display();
        let Some(language) = Language::of(file) else {
            return Err(format!(
                "{shown} is no handler file: .mjs, .cjs, .js, .mts, .cts and .ts run under Node, .py under \
                 Python; a command runs anything else"
            ));
        };
        let function = function.unwrap_or(language.function());
        if function.split('.').any(str::is_empty) || function.contains(char::is_whitespace) {
            return Err(format!(
                "{function:?} is no handler: it is the name of a function that {shown} exports"
            ));
        }
        let file = match std::fs::canonicalize(file) {
            Ok(file) if file.is_file() => file,
            Ok(_) => return Err(format!("{shown} is not a file")),
            Err(error) => return Err(format!("{shown} cannot be read: {error}")),
        };
        let function = function.to_owned();
        let program = Program::File {
            language,
            file,
            function,
        };
        Ok(Self { program, env })
    }

    /// A command that speaks the Lambda Runtime API, such as `npx aws-lambda-ric app.handler`, in `dir`.
    ///
    /// # Errors
    /// When no such command can be run; the text says why.
    pub fn command(
        words: Vec<String>,
        dir: &Path,
        env: BTreeMap<String, String>,
    ) -> Result<Self, String> {
        if words.first().is_none_or(String::is_empty) {
            return Err("a command begins with the program to run".to_owned());
        }
        let shown = dir.display();
        let dir = match std::fs::canonicalize(dir) {
            Ok(dir) if dir.is_dir() => dir,
            Ok(_) => return Err(format!("{shown} is not a directory")),
            Err(error) => return Err(format!("{shown} cannot be read: {error}")),
        };
        let program = Program::Command { words, dir };
        Ok(Self { program, env })
    }

    /// As the log and the list of invocations show it.
    pub fn name(&self) -> String {
        match &self.program {
            Program::File { file, function, .. } => format!("{}#{function}", file.display()),
            Program::Command { words, .. } => words.join(" "),
        }
    }

    /// What Lambda calls the handler, `file.function`; of a command its last word.
    fn lambda_name(&self) -> String {
        match &self.program {
            Program::File { file, function, .. } => {
                let stem = file.file_stem().unwrap_or_default().to_string_lossy();
                format!("{stem}.{function}")
            }
            Program::Command { words, .. } => words.last().cloned().unwrap_or_default(),
        }
    }

    /// The folder it runs in, where its code lies.
    pub(super) fn dir(&self) -> &Path {
        match &self.program {
            Program::File { file, .. } => file.parent().unwrap_or(Path::new("/")),
            Program::Command { dir, .. } => dir,
        }
    }

    /// Its code, if that is one file.
    pub(super) fn code(&self) -> Option<&Path> {
        match &self.program {
            Program::File { file, .. } => Some(file),
            Program::Command { .. } => None,
        }
    }

    /// Whether what runs it is our own, which ends with the server by itself.
    pub(super) fn is_ours(&self) -> bool {
        matches!(self.program, Program::File { .. })
    }

    /// The command lines that start it, the first of which whose program exists is meant.
    pub(super) fn command_lines(&self) -> Vec<Vec<OsString>> {
        match &self.program {
            Program::File {
                language,
                file,
                function,
            } => {
                let (programs, options, code): (&[&str], _, _) = match language {
                    Language::Node => (&["node"], vec!["-e"], NODE_BOOTSTRAP),
                    Language::Python => {
                        (&["python3", "python"], vec!["-u", "-c"], PYTHON_BOOTSTRAP)
                    }
                };
                let line = |program: &&str| {
                    let mut line: Vec<OsString> = vec![program.into()];
                    line.extend(options.iter().map(OsString::from));
                    line.push(code.into());
                    if *language == Language::Node {
                        // What follows is no option of Node's.
                        line.push("--".into());
                    }
                    line.extend([file.into(), function.into()]);
                    line
                };
                programs.iter().map(line).collect()
            }
            Program::Command { words, .. } => vec![words.iter().map(OsString::from).collect()],
        }
    }

    /// The environment of a process that runs it for the function `arn`: that of the server, what Lambda
    /// sets, and the handler's own.
    pub(super) fn environment(
        &self,
        inherited: &[(OsString, OsString)],
        arn: &Arn<'_>,
        server: &str,
        runtime_api: &str,
    ) -> BTreeMap<OsString, OsString> {
        let mut all: BTreeMap<OsString, OsString> = inherited.iter().cloned().collect();
        for name in NOT_INHERITED {
            all.remove(OsStr::new(name));
        }
        let mut fall_back = |name: &str, value: &str| {
            all.entry(name.into()).or_insert_with(|| value.into());
        };
        for name in ENDPOINTS {
            fall_back(name, server);
        }
        // An access key id of 12 digits is the account, so that the function finds the pools of its own.
        fall_back("AWS_ACCESS_KEY_ID", arn.account);
        fall_back("AWS_SECRET_ACCESS_KEY", "poolhouse");
        let today = Clock::running().now().to_digits();
        let stream = format!(
            "{}/{}/{}/[{}]{:032x}",
            &today[..4],
            &today[4..6],
            &today[6..8],
            arn.version(),
            std::process::id()
        );
        let group = format!("/aws/lambda/{}", arn.name);
        let dir = self.dir().as_os_str();
        let handler = self.lambda_name();
        let fixed: [(&str, &OsStr); 13] = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.as_ref()),
            ("AWS_LAMBDA_FUNCTION_NAME", arn.name.as_ref()),
            ("AWS_LAMBDA_FUNCTION_VERSION", arn.version().as_ref()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY_MEGABYTES.as_ref()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".as_ref()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", group.as_ref()),
            ("AWS_LAMBDA_LOG_STREAM_NAME", stream.as_ref()),
            ("AWS_LAMBDA_LOG_FORMAT", "Text".as_ref()),
            ("AWS_REGION", arn.region.as_ref()),
            ("AWS_DEFAULT_REGION", arn.region.as_ref()),
            ("LAMBDA_TASK_ROOT", dir),
            ("_HANDLER", handler.as_ref()),
            ("TZ", ":UTC".as_ref()),
        ];
        all.extend(fixed.map(|(name, value)| (name.into(), value.into())));
        all.extend(
            self.env
                .iter()
                .map(|(name, value)| (name.into(), value.into())),
        );
        all
    }
}

/// The parts of a function's ARN, `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) name: &'a str,
    qualifier: &'a str,
}

impl<'a> Arn<'a> {
    /// Pools check their ARNs; of another text the whole is the name.
    pub(super) fn parse(arn: &'a str) -> Self {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            [
                "arn",
                _,
                "lambda",
                region,
                account,
                "function",
                name,
                ref rest @ ..,
            ] => Self {
                region,
                account,
                name,
                qualifier: rest.first().copied().unwrap_or_default(),
            },
            _ => Self {
                region: "us-east-1",
                account: "123456789012",
                name: arn,
                qualifier: "",
            },
        }
    }

    /// The version that runs. Which one an alias stands for is known to Lambda alone.
    fn version(&self) -> &'a str {
        let is_number = self.qualifier.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && !self.qualifier.is_empty() {
            self.qualifier
        } else {
            "$LATEST"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_region_account_function_and_version() {
        let function = "arn:aws:lambda:eu-west-1:111122223333:function:sign-up";
        for (qualifier, version) in [("", "$LATEST"), (":7", "7"), (":live", "$LATEST")] {
            let arn = format!("{function}{qualifier}");
            let arn = Arn::parse(&arn);
            assert_eq!(
                (arn.region, arn.account, arn.name, arn.version()),
                ("eu-west-1", "111122223333", "sign-up", version)
            );
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let file = |name: &str, function| Handler::file(&dir.join(name), function, BTreeMap::new());
        let refused = [
            (file("Cargo.toml", None), "is no handler file"),
            (file("src/gone.mjs", None), "cannot be read"),
            (
                file("src/lambda/child_process/bootstrap.py", Some("")),
                "is no handler",
            ),
            (
                file("src/lambda/child_process/bootstrap.py", Some("a..b")),
                "is no handler",
            ),
            (
                Handler::command(vec![], dir, BTreeMap::new()),
                "begins with the program",
            ),
            (
                Handler::command(vec!["x".into()], &dir.join("Cargo.toml"), BTreeMap::new()),
                "is not a directory",
            ),
        ];
        for (result, expected) in refused {
            let reason = result.unwrap_err();
            assert!(reason.contains(expected), "{reason}");
        }
    }

    #[test]
    fn a_handlers_environment_is_the_servers_then_lambdas_then_its_own() {
        let env = BTreeMap::from([("TABLE".to_owned(), "users".to_owned())]);
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lambda/child_process/bootstrap.py");
        let handler = Handler::file(&file, None, env).unwrap();
        let inherited = [
            ("PATH", "/bin"),
            ("NODE_CHANNEL_FD", "3"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL_KMS", "http://kms"),
        ]
        .map(|(name, value)| (name.into(), value.into()));
        let arn = Arn::parse("arn:aws:lambda:us-west-2:111122223333:function:sign-up");
        let all = handler.environment(&inherited, &arn, "http://here", "127.0.0.1:1");
        let of = |name: &str| all.get(OsStr::new(name)).and_then(|value| value.to_str());
        for (name, expected) in [
            ("PATH", Some("/bin")),
            ("NODE_CHANNEL_FD", None),
            ("AWS_REGION", Some("us-west-2")),
            ("AWS_ENDPOINT_URL_KMS", Some("http://kms")),
            (
                "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
                Some("http://here"),
            ),
            ("AWS_ACCESS_KEY_ID", Some("111122223333")),
            ("AWS_LAMBDA_RUNTIME_API", Some("127.0.0.1:1")),
            ("AWS_LAMBDA_FUNCTION_NAME", Some("sign-up")),
            ("_HANDLER", Some("bootstrap.lambda_handler")),
            ("TABLE", Some("users")),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }
}
