//! How a handler is run: command line and environment of its process.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use super::super::target::{Handler, Program, Runtime};
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

/// As the log and the list of invocations show it.
pub(super) fn name(handler: &Handler) -> String {
    match &handler.program {
        Program::File { file, handler, .. } => format!("{}#{handler}", file.display()),
        Program::Command(words) => words.join(" "),
    }
}

/// What Lambda calls the handler, `file.function`; of a command its last word.
fn lambda_name(handler: &Handler) -> String {
    match &handler.program {
        Program::File { file, handler, .. } => {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            format!("{stem}.{handler}")
        }
        Program::Command(words) => words.last().cloned().unwrap_or_default(),
    }
}

/// Whether what runs it is our own, which ends with the server by itself.
pub(super) fn runs_in_bootstrap(handler: &Handler) -> bool {
    matches!(handler.program, Program::File { .. })
}

/// The command lines that start it, the first of which whose program exists is meant.
pub(super) fn command_lines(handler: &Handler) -> Vec<Vec<OsString>> {
    match &handler.program {
        Program::File {
            runtime,
            file,
            handler,
        } => {
            let (programs, options): (&[&str], &[&str]) = match runtime {
                Runtime::Node => (&["node"], &["-e", NODE_BOOTSTRAP, "--"]),
                Runtime::Python => (&["python3", "python"], &["-u", "-c", PYTHON_BOOTSTRAP]),
            };
            let line = |program: &&str| {
                let words = [program].into_iter().chain(options);
                let words = words.map(OsString::from);
                words.chain([file.into(), handler.into()]).collect()
            };
            programs.iter().map(line).collect()
        }
        Program::Command(words) => vec![words.iter().map(OsString::from).collect()],
    }
}

/// The environment of a process that runs a handler for the function `arn`: that of the server, what Lambda
/// sets, and the handler's own.
pub(super) fn environment(
    handler: &Handler,
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
    let name = lambda_name(handler);
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
        ("LAMBDA_TASK_ROOT", handler.dir.as_ref()),
        ("_HANDLER", name.as_ref()),
        ("TZ", ":UTC".as_ref()),
    ];
    all.extend(fixed.map(|(name, value)| (name.into(), value.into())));
    let own = handler.env.iter();
    all.extend(own.map(|(name, value)| (name.into(), value.into())));
    all
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
    fn a_handlers_environment_is_the_servers_then_lambdas_then_its_own() {
        let handler = Handler {
            program: Program::File {
                file: "/code/bootstrap.py".into(),
                runtime: Runtime::Python,
                handler: "lambda_handler".into(),
            },
            dir: "/code".into(),
            env: BTreeMap::from([("TABLE".to_owned(), "users".to_owned())]),
        };
        let inherited = [
            ("PATH", "/bin"),
            ("NODE_CHANNEL_FD", "3"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL_KMS", "http://kms"),
        ]
        .map(|(name, value)| (name.into(), value.into()));
        let arn = Arn::parse("arn:aws:lambda:us-west-2:111122223333:function:sign-up");
        let all = environment(&handler, &inherited, &arn, "http://here", "127.0.0.1:1");
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
            ("LAMBDA_TASK_ROOT", Some("/code")),
            ("TABLE", Some("users")),
        ] {
            assert_eq!(of(name), expected, "{name}");
        }
    }
}
