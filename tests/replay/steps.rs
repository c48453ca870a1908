//! What steps do, each seen in a scenario that passes, and in what it says when it does not.

use poolhouse::scenario::Outcome;

use super::Folder;

async fn ends(test: &str, text: &str) -> (String, Outcome) {
    let folder = Folder::new(test);
    folder.write("it.scenario.yaml", text);
    folder.write(
        "greeting.part.yaml",
        "part: A greeting\nparams: [name]\nsteps:\n  - set: {text: \"Hello ${name}\"}\nreturns: {text: \"${text}\"}\n",
    );
    let (told, outcome) = folder.replay(|_| {}).await;
    let outcome = outcome.expect("the files are right");
    (told, outcome)
}

async fn passes(test: &str, text: &str) {
    let (told, outcome) = ends(test, text).await;
    assert_eq!(outcome, Outcome::Passed, "{told}");
}

/// A scenario that fails; what of the report is asked for.
async fn fails(test: &str, text: &str, expected: &[&str]) {
    let (told, outcome) = ends(test, text).await;
    assert_eq!(outcome, Outcome::Failed, "{told}");
    for expected in expected {
        assert!(told.contains(expected), "{expected} is not in\n{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_come_from_fixtures_rows_variables_parts_and_results() {
    passes(
        "names",
        r#"
scenario: Names
table: [{case: a row, who: alice}]
vars: {word: "${row.who}!", longer: "${word}!"}
steps:
  - check: {"${longer}": alice!!, "${target}": poolhouse}
  - include: greeting.part.yaml
    with: {name: "${row.who}"}
    as: greeting
  - set: {copy: "${greeting.text}"}
  - check:
      "${copy}": Hello alice
      "${pools.poolhouse.Id}": us-east-1_PoolHouse
      "${pool.MfaConfiguration}": OPTIONAL
      "${clients.server.ClientSecret}": {$startsWith: poolhouse0test}
      "${users.bob.SoftwareToken.SecretCode}": {$regex: "[A-Z2-7]+"}
      "${users.alice.Sub}": <uuid>
"#,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn defaults_fill_inputs_and_null_leaves_them_out() {
    passes(
        "defaults",
        r#"
scenario: Defaults
defaults: {ClientId: "${clients.web.ClientId}", Username: alice}
steps:
  - AdminGetUser: {}
    expect: {Username: alice}
  - AdminGetUser: {Username: bob}
    expect: {Username: bob, UserAttributes: {email: bob@example.com}}
  - ForgotPassword: {ClientId: null}
    unchecked: true
    error: {type: InvalidParameterException, message: {$contains: clientId}}
"#,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_repeated_and_finally_is_played_whatever_happened() {
    fails(
        "finally",
        r#"
scenario: It ends
defaults: {Username: "user-${i}"}
steps:
  - AdminCreateUser: {Username: "user-${i}", MessageAction: SUPPRESS}
    repeat: 3
    as: last
    expect: {User: {Username: "user-${i}"}}
  - check: {"${last.User.Username}": user-2}
  - check: {"${last.User.Username}": user-7}
    note: "three were made, the last of them ${last.User.Username}"
  - AdminDeleteUser: {Username: user-0}
finally:
  - AdminGetUser: {Username: user-0}
  - AdminGetUser: {Username: user-3}
"#,
        &[
            "step 3, check: ${last.User.Username} is another",
            r#"expected "user-7", got "user-2""#,
            "note: three were made, the last of them user-2",
            "1 failed, 0 skipped; 3 steps",
        ],
    )
    .await;
    fails(
        "finally-fails",
        "scenario: It ends\nsteps: [{DescribeUserPool: {}}]\nfinally:\n  - AdminGetUser: {Username: nobody}\n",
        &[
            "AdminGetUser: the operation was refused",
            "got: UserNotFoundException: User does not exist.",
            "stop there: poolhouse replay it.scenario.yaml --serve 9229",
        ],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_signed_as_aws_wants_it_or_as_the_step_says() {
    passes(
        "signed",
        r#"
scenario: Signatures
steps:
  - DescribeUserPool: {}
  - DescribeUserPool: {}
    signed: false
    error: MissingAuthenticationTokenException
  - DescribeUserPool: {}
    signed: {account: "210987654321"}
    error: {type: ResourceNotFoundException, reason: {$contains: "210987654321"}}
  - DescribeUserPool: {}
    signed: {region: eu-west-1}
    error: {type: ResourceNotFoundException, status: 400}
  - DescribeUserPool: {}
    headers: {content-type: application/json}
    error: {type: BadRequest, status: 404}
"#,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_stand_and_move_and_a_client_may_be_off() {
    passes(
        "clocks",
        r#"
scenario: Clocks
clock: 2030-05-06T07:08:09Z
steps:
  - check: {"${now()}": 2030-05-06T07:08:09Z}
  - clock: {advance: 31m}
    as: later
    exactly: {now: 2030-05-06T07:39:09Z}
  - check: {"${now()}": 2030-05-06T07:37:39Z}
    skew: -90s
  - clock: {set: 2031-01-01T00:00:00Z}
  - check: {"${now('+1d')}": 2031-01-02T00:00:00Z}
"#,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_hold_until_others_of_their_kind_are_given() {
    passes(
        "rules",
        r#"
scenario: Rules
fixtures:
  UserPools:
    - PoolName: with-trigger
      AutoVerifiedAttributes: [email]
      LambdaConfig: {PreSignUp: "arn:aws:lambda:us-east-1:123456789012:function:gate"}
      Clients: [{ClientName: app, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH]}]
  Functions:
    gate: {response: {}}
steps:
  - SignUp: &sign_up
      Username: one
      Password: Poolhouse-1
      UserAttributes: {email: one@example.com}
  - message: {username: one, pool: with-trigger}
    expect: {kind: SignUp, code: <code>}
  - trigger: {trigger: PreSignUp, error: Not today.}
  - SignUp: {Username: two, Password: Poolhouse-1, UserAttributes: {email: two@example.com}}
    error: {type: UserLambdaValidationException, message: {$contains: Not today.}}
  - trigger: []
  - undeliverable: {destination: two@example.com, error: bounced}
  - SignUp: {Username: two, Password: Poolhouse-1, UserAttributes: {email: two@example.com}}
    error: CodeDeliveryFailureException
"#,
    )
    .await;
    fails(
        "no-such-rule",
        "scenario: Rules\nsteps:\n  - risk: {riskLevel: Enormous}\n",
        &["step 1, risk: ", "riskLevel"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_steps_reach_hosts_of_the_target_and_nobody_else() {
    passes(
        "http",
        r#"
scenario: Documents
steps:
  - http: {url: /_poolhouse/health}
    exactly:
      status: 200
      headers: <map>
      cookies: {}
      url: http://localhost:9229/_poolhouse/health
      text: '{"ok":true}'
      json: {ok: true}
  - http: {url: "https://cognito-idp.us-east-1.amazonaws.com/${pool.Id}/.well-known/jwks.json"}
    expect: {status: 200, json: {keys: {$length: 2}}}
  - http: {method: PUT, url: /_poolhouse/quotas, json: {enforced: true}}
    expect: {json: {enforced: true}}
  - http: {url: /_poolhouse/messages, query: {username: alice, limit: 1}}
    expect: {json: {messages: [], more: false}}
  - http: {url: /nothing}
    parallel: 3
    expect: {status: 404}
"#,
    )
    .await;
    fails(
        "elsewhere",
        "scenario: Elsewhere\nsteps:\n  - http: {url: \"https://example.com/\"}\n",
        &[r#"step 1, http: "example.com": no host of the target"#],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_seen_where_it_is_let_in_and_never_shown() {
    let text =
        "scenario: Cities\nsteps:\n  - check: {\"${env('POOLHOUSE_TEST_CITY')}\": Leipzig}\n";
    let folder = Folder::new("environment");
    folder.write("it.scenario.yaml", text);
    let (told, _) = folder.replay(|_| {}).await;
    assert!(
        told.contains("give --pass-env POOLHOUSE_TEST_CITY"),
        "{told}"
    );
    let (told, outcome) = folder
        .replay(|typed| typed.pass_env = vec!["POOLHOUSE_TEST_CITY".into()])
        .await;
    assert_eq!(outcome, Ok(Outcome::Failed));
    assert!(
        told.contains("Leipzig") && !told.contains("Colditz"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixture_fault_is_told_before_anything_is_played() {
    let folder = Folder::new("fixture-fault");
    folder.write(
        "a.scenario.yaml",
        "scenario: First\nsteps: [{DescribeUserPool: {}}]\n",
    );
    folder.write(
        "b.scenario.yaml",
        "scenario: Second\nfixtures:\n  UserPools:\n    - PoolNam: x\nsteps: [{DescribeUserPool: {}}]\n",
    );
    let (told, outcome) = folder.replay(|_| {}).await;
    assert_eq!(told, "");
    let refused = outcome.unwrap_err();
    assert!(refused.starts_with("b.scenario.yaml:3"), "{refused}");
    assert!(refused.contains("PoolName"), "{refused}");
}
