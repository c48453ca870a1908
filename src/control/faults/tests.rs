use super::*;

use serde_json::json;

fn read(rule: &Value) -> Result<FaultRule, String> {
    FaultRule::read(rule.as_object().unwrap()).map_err(|fault| fault.to_string())
}

fn rule(rule: Value) -> FaultRule {
    read(&rule).unwrap()
}

fn asked(operation: &str) -> Asked<'_> {
    use crate::model::cognito_idp::Operation;

    Asked {
        is_call: true,
        operation: Operation::from_name(operation),
        path: "/",
        account: "123456789012",
        user_pool: Some("us-east-1_A"),
        client: Some("web"),
        is_user: &|name| name == "ann",
        address: "10.0.0.7".parse().ok(),
        label: Some("checkout"),
    }
}

fn rules(given: Vec<Value>) -> FaultRules {
    let rules = FaultRules::default();
    rules
        .replace(given.into_iter().map(rule).collect())
        .unwrap();
    rules
}

/// The ids of the rules that apply to so many sign-ups in turn.
fn struck(rules: &FaultRules, count: usize, seed: u64) -> Vec<Option<String>> {
    let entropy = Entropy::from_seed(seed);
    let one = |_| Some(rules.strike(&asked("SignUp"), &entropy)?.rule);
    (0..count).map(one).collect()
}

fn counts(rules: &FaultRules) -> Vec<(u64, u64)> {
    let count = |view: Value, name: &str| view[name].as_u64().unwrap();
    let all = rules.all();
    all.iter()
        .map(|it| (count(it.view(), "matched"), count(it.view(), "applied")))
        .collect()
}

#[test]
fn what_is_shown_may_be_given_again() {
    let all = [
        json!({"error": "TooManyRequestsException"}),
        json!({"match": {"operation": ["SignUp", "AdminCreateUser"], "account": "111111111111",
            "userPoolId": "us-east-1_A", "clientId": "web", "username": "ann", "ip": "10.0.0.0/8",
            "label": "x", "path": "/"}, "after": 1, "times": 2, "probability": 0.25,
            "delay": "300ms", "error": "UsernameExistsException", "message": "Taken.", "applied": "after"}),
        json!({"match": {"path": "/*/.well-known/jwks.json"}, "status": 503, "body": {"message": null}}),
        json!({"match": {"operation": "GetUser"}, "delay": {"uniform": {"lower": "1ms", "upper": "2s"}}}),
        json!({"match": {"operation": "ListUsers"},
            "delay": {"lognormal": {"median": "80ms", "sigma": 0.4, "max": "5s"}}}),
        json!({"match": {"label": "y"}, "connection": "NO_RESPONSE"}),
        json!({"match": {"label": "z"}, "dribble": {"chunks": 5, "over": "1s"}}),
    ];
    for given in all {
        let first = rule(given.clone());
        assert_eq!(first.said(), given);
        *first.counts() = Counts {
            matched: 7,
            applied: 3,
        };
        let again = rule(first.view());
        assert_eq!(again.view(), first.view());
    }
}

#[test]
fn what_is_wrong_with_a_rule_is_said_with_what_would_be_right() {
    let cases = [
        (
            json!({}),
            "a rule says nothing: it needs delay, error, status, connection or dribble",
        ),
        (json!({"match": {}}), "a rule says nothing"),
        (
            json!({"eror": "x"}),
            "eror: unknown member; did you mean error?",
        ),
        (
            json!({"match": {"opertion": "SignUp"}}),
            "match.opertion: unknown member; did you mean operation?",
        ),
        (
            json!({"match": {"operation": "SignUP"}, "delay": "1s"}),
            "match.operation: there is no operation \"SignUP\"; did you mean SignUp?",
        ),
        (
            json!({"match": {"operation": []}, "delay": "1s"}),
            "match.operation: an empty list matches nothing",
        ),
        (
            json!({"match": {"operation": "SignUp"}, "error": "UserNameExistsException"}),
            "error: SignUp cannot give UserNameExistsException; did you mean UsernameExistsException?",
        ),
        (
            json!({"match": {"operation": "GetUser"}, "error": "CodeMismatchException"}),
            "error: GetUser cannot give CodeMismatchException; known here are ",
        ),
        (
            json!({"error": "UsernameExistsException"}),
            "error: not every operation can give UsernameExistsException; name some that can in \
             match.operation: AdminCreateUser, ",
        ),
        (
            json!({"error": "TooManyRequestException"}),
            "error: no operation gives TooManyRequestException; did you mean TooManyRequestsException?",
        ),
        (
            json!({"match": {"path": "/x"}, "error": "InternalErrorException"}),
            "error: it is the answer of an operation",
        ),
        (
            json!({"match": {"path": "/x", "operation": "SignUp"}, "delay": "1s"}),
            "match.path: operations are called at the path /, so that the rule can never match",
        ),
        (
            json!({"match": {"path": "/_poolhouse/clock"}, "delay": "1s"}),
            "match.path: the test API and /health are never harmed",
        ),
        (
            json!({"match": {"path": "x"}, "delay": "1s"}),
            "match.path: \"x\" is no path",
        ),
        (
            json!({"match": {"operation": "ListUserPools", "username": "ann"}, "delay": "1s"}),
            "match.username: ListUserPools names no user, so that the rule can never match",
        ),
        (
            json!({"match": {"operation": "ListUserPools", "userPoolId": "us-east-1_A"}, "delay": "1s"}),
            "match.userPoolId: ListUserPools names no pool",
        ),
        (
            json!({"match": {"operation": "CreateGroup", "clientId": "web"}, "delay": "1s"}),
            "match.clientId: CreateGroup names no app client",
        ),
        (
            json!({"match": {"account": "12"}, "delay": "1s"}),
            "match.account: \"12\" is no account of 12 digits",
        ),
        (
            json!({"match": {"userPoolId": "pool"}, "delay": "1s"}),
            "match.userPoolId: \"pool\" is no id such as",
        ),
        (
            json!({"match": {"ip": "10"}, "delay": "1s"}),
            "match.ip: \"10\" is no address or range",
        ),
        (
            json!({"match": {"label": 7}, "delay": "1s"}),
            "match.label: must be a text",
        ),
        (
            json!({"delay": "1s", "times": 0}),
            "times: give a whole number from 1 on; leave it out for always",
        ),
        (
            json!({"delay": "1s", "probability": 0}),
            "probability: give a number above 0",
        ),
        (
            json!({"delay": "1s", "probability": 1.5}),
            "probability: give a number above 0",
        ),
        (
            json!({"delay": "soon"}),
            "delay: \"soon\": give a time such as 300ms or 2s",
        ),
        (
            json!({"delay": "2h"}),
            "delay: \"2h\": one hour is the longest",
        ),
        (
            json!({"delay": {"uniform": {"lower": "2s", "upper": "1s"}}}),
            "delay.uniform.lower: it is longer than upper",
        ),
        (
            json!({"delay": {"uniform": {"lower": "2s", "uper": "1s"}}}),
            "delay.uniform.uper: unknown member; did you mean upper?",
        ),
        (
            json!({"delay": {"lognormal": {"median": "2s"}}}),
            "delay.lognormal.sigma: give a number from 0 to 10",
        ),
        (
            json!({"status": 503, "error": "InternalErrorException"}),
            "status: there is error already; give one of",
        ),
        (
            json!({"status": 100}),
            "status: give a status from 200 to 599",
        ),
        (
            json!({"status": 204, "body": "x"}),
            "body: an answer of 204 has none",
        ),
        (
            json!({"delay": "1s", "body": "x"}),
            "body: it goes with status, which is not there",
        ),
        (
            json!({"delay": "1s", "message": "x"}),
            "message: it goes with error",
        ),
        (
            json!({"connection": "EMPTY_RESPONSES"}),
            "connection: nothing is called \"EMPTY_RESPONSES\"; did you mean EMPTY_RESPONSE?",
        ),
        (
            json!({"dribble": {"chunks": 0, "over": "1s"}}),
            "dribble.chunks: give a whole number",
        ),
        (
            json!({"delay": "1s", "applied": "later"}),
            "applied: give \"before\"",
        ),
        (
            json!({"delay": "1s", "id": "a b"}),
            "id: give 1 to 64 letters",
        ),
        (
            json!({"id": "a", "rule": {"delay": "x"}}),
            "rule.delay: \"x\": give a time",
        ),
        (
            json!({"id": "a", "rul": 1, "rule": {"delay": "1s"}}),
            "rul: unknown member; did you mean rule?",
        ),
    ];
    for (given, expected) in cases {
        let told = read(&given).unwrap_err();
        assert!(told.starts_with(expected), "{given}: {told}");
    }
}

#[test]
fn a_rule_that_is_never_reached_is_refused_and_nothing_changes() {
    let there = rules(vec![
        json!({"match": {"operation": ["SignUp", "GetUser"]}, "delay": "1s"}),
    ]);
    let never = json!({"match": {"operation": "SignUp", "label": "x"}, "status": 503});
    let (at, fault) = there.add(vec![rule(never)]).unwrap_err();
    assert!(
        at == 0 && fault.text.contains("fault-1 comes before this one"),
        "{fault}"
    );
    assert_eq!(there.all().len(), 1);
    let others = [
        json!({"match": {"operation": "ListUsers"}, "status": 503}),
        json!({"match": {"label": "x"}, "status": 503}),
    ];
    let ids = there.add(others.into_iter().map(rule).collect()).unwrap();
    assert_eq!(ids, ["fault-2", "fault-3"]);
    // One that errors leaves what is no call to those behind it.
    let errors = json!({"error": "InternalErrorException"});
    let pages = json!({"match": {"path": "*"}, "status": 503});
    rules(vec![errors.clone(), pages]);
    let calls = json!({"match": {"operation": "SignUp"}, "status": 503});
    let both = vec![rule(errors), rule(calls)];
    assert_eq!(FaultRules::default().replace(both).unwrap_err().0, 1);
    let same = vec![
        rule(json!({"id": "a", "times": 1, "delay": "1s"})),
        rule(json!({"id": "a", "delay": "1s"})),
    ];
    let (at, fault) = FaultRules::default().replace(same).unwrap_err();
    assert_eq!((at, fault.member.as_deref()), (1, Some("id")));
}

#[test]
fn the_first_rule_that_applies_decides() {
    let first = json!({"match": {"operation": "SignUp"}, "after": 1, "times": 2, "status": 503});
    let second =
        json!({"match": {"username": "ann"}, "after": 1, "error": "InternalErrorException"});
    let rules = rules(vec![first, second]);
    let (one, two) = (Some("fault-1".to_owned()), Some("fault-2".to_owned()));
    let expected = [None, one.clone(), one, two.clone(), two];
    assert_eq!(struck(&rules, 5, 1), expected);
    assert_eq!(counts(&rules), [(5, 2), (3, 2)]);
    assert!(
        rules
            .strike(&asked("GetUser"), &Entropy::from_seed(1))
            .is_some()
    );
    assert_eq!(counts(&rules), [(5, 2), (4, 3)]);
}

#[test]
fn each_member_of_match_must_fit() {
    let fitting = [
        json!({"operation": ["GetUser", "SignUp"]}),
        json!({"path": "/"}),
        json!({"path": "*"}),
        json!({"account": "123456789012"}),
        json!({"userPoolId": "us-east-1_A"}),
        json!({"clientId": "web"}),
        json!({"username": "ann"}),
        json!({"ip": "10.0.0.0/8"}),
        json!({"label": "checkout"}),
        json!({}),
    ];
    for given in fitting {
        let rule = rule(json!({"match": given, "delay": "1s"}));
        assert!(rule.fits(&asked("SignUp")), "{given}");
    }
    let others = [
        json!({"operation": "GetUser"}),
        json!({"path": "/*/jwks.json"}),
        json!({"account": "123456789013"}),
        json!({"userPoolId": "us-east-1_B"}),
        json!({"clientId": "web2"}),
        json!({"username": "Ann"}),
        json!({"ip": "11.0.0.0/8"}),
        json!({"label": "check"}),
    ];
    for given in others {
        let rule = rule(json!({"match": given, "delay": "1s"}));
        assert!(!rule.fits(&asked("SignUp")), "{given}");
    }
    let document = Asked {
        is_call: false,
        operation: None,
        path: "/p/.well-known/jwks.json",
        ..asked("")
    };
    assert!(rule(json!({"match": {"path": "/*/.well-known/*"}, "status": 503})).fits(&document));
    assert!(!rule(json!({"error": "InternalErrorException"})).fits(&document));
}

#[test]
fn a_seed_decides_whom_a_probability_hits() {
    let given = || rules(vec![json!({"probability": 0.3, "status": 503})]);
    let hits = struck(&given(), 1000, 7);
    assert_eq!(struck(&given(), 1000, 7), hits);
    assert_ne!(struck(&given(), 1000, 8), hits);
    let count = hits.iter().flatten().count();
    assert!((240..360).contains(&count), "{count}");
}

#[test]
fn delays_keep_within_what_is_said() {
    let entropy = Entropy::from_seed(1);
    let delay = |given: Value| Delay::read(&given).unwrap();
    let uniform = delay(json!({"uniform": {"lower": "10ms", "upper": "20ms"}}));
    let long = delay(json!({"lognormal": {"median": "100ms", "sigma": 1, "max": "300ms"}}));
    let (mut under, mut most) = (0, Duration::ZERO);
    for _ in 0..1000 {
        let drawn = uniform.drawn(&entropy);
        assert!((10..=20).contains(&drawn.as_millis()), "{drawn:?}");
        let drawn = long.drawn(&entropy);
        under += u32::from(drawn < Duration::from_millis(100));
        most = most.max(drawn);
    }
    assert!((430..570).contains(&under), "{under}");
    assert_eq!(most, Duration::from_millis(300));
}

#[test]
fn times_holds_for_requests_that_come_at_once() {
    let rules = rules(vec![json!({"times": 10, "status": 503})]);
    let entropy = Entropy::from_seed(1);
    let hits = std::thread::scope(|scope| {
        let many = || {
            (0..100)
                .filter(|_| rules.strike(&asked("SignUp"), &entropy).is_some())
                .count()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(many)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum::<usize>()
    });
    assert_eq!(hits, 10);
    assert_eq!(counts(&rules), [(800, 10)]);
}

#[test]
fn an_image_has_the_counts_of_its_moment_and_an_account_gets_its_own_back() {
    let rules = rules(vec![
        json!({"id": "of-pool", "match": {"userPoolId": "us-east-1_A"}, "times": 1, "status": 503}),
        json!({"id": "of-account", "match": {"account": "111111111111"}, "status": 503}),
        json!({"id": "of-all", "match": {"label": "l"}, "status": 503}),
    ]);
    let image = rules.image();
    assert_eq!(struck(&rules, 1, 1), [Some("of-pool".into())]);
    rules.put_back(&image, None, None);
    assert_eq!(counts(&rules)[0], (0, 0));
    rules.clear();
    assert!(rules.is_empty());
    let is_of = |pool: &str| pool == "us-east-1_A";
    rules.put_back(&image, Some("222222222222"), Some(&is_of));
    let names = |rules: &FaultRules| -> Vec<String> {
        rules.all().iter().filter_map(|it| it.id.clone()).collect()
    };
    assert_eq!(names(&rules), ["of-pool"]);
    rules.put_back(&image, Some("111111111111"), Some(&|_: &str| false));
    assert_eq!(names(&rules), ["of-account", "of-pool"]);
    let pools = BTreeMap::from([("us-east-1_A", "us-east-1_B")]);
    rules.add_renamed(&image, &pools, &BTreeMap::new());
    let all = rules.all();
    assert_eq!(all[2].user_pool(), Some("us-east-1_B"));
    assert!(rules.remove("of-pool") && !rules.remove("of-pool") && !rules.is_empty());
}
