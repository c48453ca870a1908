//! Tests of what the program needs.

use super::*;

/// `POOLHOUSE_HOST`, `POOLHOUSE_PORT`, `HOST`, `PORT`.
type Variables = [Option<&'static str>; 4];

fn environment(variables: Variables) -> Environment {
    let [poolhouse_host, poolhouse_port, host, port] =
        variables.map(|value| value.map(str::to_owned));
    Environment {
        poolhouse_host,
        poolhouse_port,
        host,
        port,
        ..Environment::default()
    }
}

#[test]
fn a_flag_beats_our_variables_which_beat_the_plain_ones() {
    let any = Host::parse("0.0.0.0").unwrap();
    let flags = AddressArguments {
        host: Some(any),
        port: Some(1),
    };
    let none = AddressArguments::default();
    type Case<'a> = (
        &'a AddressArguments,
        Variables,
        Host,
        u16,
        &'a [&'static str],
    );
    let cases: [Case<'_>; 7] = [
        (&none, [None; 4], Host::Loopback, 9229, &[]),
        (&flags, [Some("::1"), Some("2"), None, None], any, 1, &[]),
        (
            &none,
            [Some("0.0.0.0"), Some("2"), Some("::1"), Some("3")],
            any,
            2,
            &["POOLHOUSE_HOST", "POOLHOUSE_PORT"],
        ),
        (
            &none,
            [None, None, Some("0.0.0.0"), Some("3")],
            any,
            3,
            &["HOST", "PORT"],
        ),
        (
            &none,
            [None, None, Some("localhost"), None],
            Host::Loopback,
            9229,
            &["HOST"],
        ),
        (
            &none,
            [None, None, Some("my-laptop"), None],
            Host::Loopback,
            9229,
            &[],
        ),
        (
            &none,
            [None, Some("tcp://10.0.0.1:9229"), None, Some("3")],
            Host::Loopback,
            3,
            &["PORT"],
        ),
    ];
    for (typed, variables, host, port, decided_by) in cases {
        let address = Address::decide(typed, &environment(variables)).unwrap();
        let expected = Address {
            host,
            port,
            decided_by: decided_by.to_vec(),
        };
        assert_eq!(address, expected, "{variables:?}");
    }
}

#[test]
fn our_variables_must_make_sense() {
    let none = AddressArguments::default();
    let cases = [
        (
            [Some("here"), None, None, None],
            r#"POOLHOUSE_HOST="here": give an IP address or localhost"#,
        ),
        (
            [None, Some("x"), None, None],
            r#"POOLHOUSE_PORT="x": give a port number"#,
        ),
        (
            [None, None, None, Some("foo")],
            r#"PORT="foo": give a port number"#,
        ),
    ];
    for (variables, expected) in cases {
        let error = Address::decide(&none, &environment(variables)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn the_environment_names_functions_and_flags_beat_it() {
    let environment = Environment {
        functions: Some(" f = http://a/?k=s\n\n*:live=invoke+http://b:8080/function; ".into()),
        lambda_endpoint: Some("http://c".into()),
        ..Environment::default()
    };
    let rules = environment.function_rules().unwrap();
    let found: Vec<String> = rules
        .environment
        .iter()
        .map(|rule| format!("{} {:?}", rule.pattern.text(), rule.target))
        .collect();
    let invoke = "*:live Invoke { endpoint: http://b:8080/, name: Some(\"function\") }";
    assert_eq!(found, ["f Webhook(http://a/)", invoke]);
    let typed = FunctionArguments {
        lambda_endpoint: Target::parse_endpoint("http://d").ok(),
        ..FunctionArguments::default()
    };
    let settings = functions(typed.clone(), &environment).unwrap();
    assert_eq!(settings.rules.rest, typed.lambda_endpoint);
    assert_eq!(settings.rules.environment, rules.environment);
    for (list, endpoint, expected) in [
        (
            "f=http://a;g=ftp://b/?k=s",
            "",
            "POOLHOUSE_FUNCTIONS: g: there is no such kind",
        ),
        ("f", "", "POOLHOUSE_FUNCTIONS: f: give PATTERN=TARGET"),
        (
            "",
            "c:1",
            "AWS_ENDPOINT_URL_LAMBDA: not an absolute http or https URL",
        ),
    ] {
        let environment = Environment {
            functions: Some(list.into()),
            lambda_endpoint: Some(endpoint.to_owned()).filter(|it| !it.is_empty()),
            ..Environment::default()
        };
        let refused = environment.function_rules().unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
        assert!(!refused.contains("k=s"), "{refused}");
    }
}

#[test]
fn the_test_api_answers_to_the_public_url() {
    let config = Config {
        settings: Settings {
            public_url: Some("http://cognito.test:9229/below".into()),
            ..Settings::default()
        },
        allowed_hosts: vec!["cognito".into()],
        ..Config::default()
    };
    assert_eq!(config.guests().hosts, ["cognito", "cognito.test"]);
}

#[test]
fn whoever_says_something_of_tls_has_it() {
    let typed = |tls: TlsArguments| ServeArguments {
        tls,
        allow_host: vec!["cognito".into()],
        public_url: Some("https://cognito.company.net".into()),
        ..ServeArguments::default()
    };
    let none = TlsArguments::default();
    let flag = TlsArguments {
        tls: true,
        ..none.clone()
    };
    let directory = TlsArguments {
        tls_dir: Some("a".into()),
        ..none.clone()
    };
    let host = TlsArguments {
        tls_host: vec!["other.company.net".into()],
        ..none.clone()
    };
    // What was typed; `POOLHOUSE_TLS` and `POOLHOUSE_TLS_DIR`; the directory, if there is TLS.
    type Case<'a> = (
        &'a TlsArguments,
        Option<&'a str>,
        Option<&'a str>,
        Option<Option<&'a str>>,
    );
    let cases: [Case<'_>; 10] = [
        (&none, None, None, None),
        (&none, Some("0"), None, None),
        (&none, Some("off"), Some("b"), None),
        (&none, Some("1"), None, Some(None)),
        (&none, Some("True"), Some("b"), Some(Some("b"))),
        (&none, None, Some("b"), Some(Some("b"))),
        (&flag, Some("0"), None, Some(None)),
        (&flag, None, Some("b"), Some(Some("b"))),
        (&directory, None, Some("b"), Some(Some("a"))),
        (&host, None, None, Some(None)),
    ];
    for (tls, variable, told, expected) in cases {
        let environment = Environment {
            tls: variable.map(str::to_owned),
            tls_dir: told.map(str::to_owned),
            ..Environment::default()
        };
        let config = Config::new(typed(tls.clone()), &environment).unwrap();
        let found = config.tls.as_ref().map(|tls| tls.directory.clone());
        let expected = expected.map(|directory| directory.map(PathBuf::from));
        assert_eq!(found, expected, "{tls:?} {variable:?} {told:?}");
        if let Some(settings) = config.tls {
            let named = ["cognito".to_owned(), "cognito.company.net".to_owned()];
            assert_eq!(settings.hosts, [&tls.tls_host[..], &named].concat());
        }
    }
    let environment = Environment {
        tls: Some("please".into()),
        ..Environment::default()
    };
    let refused = Config::new(typed(none), &environment).unwrap_err();
    assert_eq!(
        refused.to_string(),
        r#"POOLHOUSE_TLS="please": give 1 or 0"#
    );
}
