use super::*;
use crate::crypto::srp::tests::{Client, PUBLISHED_A, PUBLISHED_B, PUBLISHED_SECRET_BLOCK};
use crate::scenario::scene::Scene;
use proptest::prelude::*;

fn published() -> Exchange {
    let mut private = vec![2; 1024];
    private[1023] = 0;
    Exchange::new(private)
}

const USER: Identity<'_> = Identity {
    group: "Pj8nlkpKR",
    member: "User5",
    password: "Password1!",
};

/// aws-sdk-net-extensions-cognito, `AuthenticationCryptoTests.cs`: "from a known working claim".
#[test]
fn the_published_claim() {
    let exchange = published();
    assert_eq!(hex(&exchange.public), PUBLISHED_A);
    let salt = "b704a27deb8cf5efec43a40eac5b60d2";
    let x = "988691409711fd07fa51bc86867c6271f40ffa1c79749e3cefd4a7e1d72983e1";
    assert_eq!(hex(&USER.x(&unhex(salt).unwrap())), x);
    let key = exchange.key(&USER, &unhex(salt).unwrap(), &unhex(PUBLISHED_B).unwrap());
    assert_eq!(STANDARD.encode(key.unwrap()), "Fmul8bWFmDwcV5GPIMQjmg==");

    let mut scene = Scene::new(
        json!({"p": {"USER_ID_FOR_SRP": "User5", "SALT": salt, "SRP_B": PUBLISHED_B,
        "SECRET_BLOCK": PUBLISHED_SECRET_BLOCK}}),
    );
    scene.now = Timestamp::parse_rfc3339("2017-06-15T07:00:00Z").unwrap();
    for name in ["", "other"] {
        scene.play.exchanges.insert(name.to_owned(), published());
    }
    let claim = json!("QwHbbUqF6DSSepJh2QqTWDCb1XjmqaxnnW5kDn5dz7E=");
    for call in [
        "srp_signature('us-east-1_Pj8nlkpKR', p, 'Password1!')",
        "srp_signature('us-east-1_Pj8nlkpKR', p, 'Password1!', 'other')",
        "device_signature('Pj8nlkpKR', 'User5', 'Password1!', p)",
        "device_signature('Pj8nlkpKR', 'User5', 'Password1!', p, 'other')",
    ] {
        assert_eq!(scene.expression(call), Ok(claim.clone()), "{call}");
    }
    let stamp = scene.expression("srp_timestamp()");
    assert_eq!(stamp, Ok(json!("Thu Jun 15 07:00:00 UTC 2017")));
    let others = [
        "srp_signature('us-east-1_Pj8nlkpKr', p, 'Password1!')",
        "srp_signature('us-east-1_Pj8nlkpKR', p, 'Password1')",
        "device_signature('Pj8nlkpKR', 'User6', 'Password1!', p)",
    ];
    for call in others {
        assert_ne!(scene.expression(call), Ok(claim.clone()), "{call}");
    }
    scene.now = scene.now.plus(std::time::Duration::from_secs(1));
    let later = scene.expression("srp_signature('us-east-1_Pj8nlkpKR', p, 'Password1!')");
    assert_ne!(later, Ok(claim));
}

#[test]
fn what_is_missing_for_a_proof_is_told() {
    let parameters =
        json!({"USER_ID_FOR_SRP": "a", "SALT": "a", "SRP_B": "b", "SECRET_BLOCK": "YQ=="});
    let with = |name: &str, value: Value| {
        let mut changed = parameters.clone();
        changed[name] = value;
        changed
    };
    let n = hex(&srp::prime());
    let rows = [
        (parameters.clone(), "'us-east-1_A'", "", None),
        (
            parameters.clone(),
            "'A'",
            "",
            Some("pool_id is no id of a user pool"),
        ),
        (
            parameters.clone(),
            "'us-east-1_A'",
            ", 'x'",
            Some("${srp_a('x')}"),
        ),
        (
            with("SALT", json!("xyz")),
            "'us-east-1_A'",
            "",
            Some("SALT of ChallengeParameters is no hexadecimal"),
        ),
        (
            with("SALT", json!("+1")),
            "'us-east-1_A'",
            "",
            Some("SALT of ChallengeParameters is no hexadecimal"),
        ),
        (
            with("SRP_B", json!("")),
            "'us-east-1_A'",
            "",
            Some("SRP_B of ChallengeParameters is no hexadecimal"),
        ),
        (
            with("SRP_B", json!("0")),
            "'us-east-1_A'",
            "",
            Some("SRP_B is a multiple of N"),
        ),
        (
            with("SRP_B", json!(n)),
            "'us-east-1_A'",
            "",
            Some("SRP_B is a multiple of N"),
        ),
        (
            with("SRP_B", Value::Null),
            "'us-east-1_A'",
            "",
            Some("SRP_B of the map is no text"),
        ),
        (
            with("SECRET_BLOCK", json!("*")),
            "'us-east-1_A'",
            "",
            Some("SECRET_BLOCK of ChallengeParameters is no Base64"),
        ),
        (
            json!({}),
            "'us-east-1_A'",
            "",
            Some("USER_ID_FOR_SRP of the map is missing"),
        ),
    ];
    for (parameters, pool, name, expected) in rows {
        let mut scene = Scene::new(json!({ "p": parameters }));
        scene.expression("srp_a()").unwrap();
        let made = scene.expression(&format!("srp_signature({pool}, p, 'secret'{name})"));
        match (&made, expected) {
            (Ok(_), None) => {}
            (Err(refused), Some(expected)) => {
                assert!(
                    refused.contains(expected) && !refused.contains("secret'"),
                    "{refused}"
                );
            }
            _ => panic!("{made:?} instead of {expected:?}"),
        }
    }
    let none = Scene::new(json!({ "p": parameters })).expression("srp_signature('r_A', p, 'x')");
    assert!(
        none.unwrap_err()
            .contains("the SRP_A of a step above must be ${srp_a()}")
    );
}

#[test]
fn each_exchange_is_another_and_the_same_in_every_run() {
    let draw = |origin: &str| {
        let mut scene = Scene::of_run(origin, json!({}), crate::scenario::secrecy::Secrecy::Cut);
        ["srp_a()", "srp_a()", "srp_a('x')"].map(|call| scene.expression(call).unwrap())
    };
    let drawn = draw("1");
    assert_eq!(drawn, draw("1"));
    assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2]);
    assert_ne!(drawn, draw("2"));
    assert_eq!(format!("{:?}", published()), "Exchange(***)");
}

#[test]
fn numbers_are_read_and_written_as_the_protocol_has_them() {
    for (number, bytes) in [
        (&[][..], &[0][..]),
        (&[0, 0], &[0]),
        (&[0, 1], &[1]),
        (&[0x7f], &[0x7f]),
        (&[0x80], &[0, 0x80]),
        (&[0, 0, 0xff, 1], &[0, 0xff, 1]),
    ] {
        assert_eq!(signed(number), bytes);
    }
    assert_eq!(hex(&[0, 0x0a, 0xb0]), "ab0");
    assert_eq!(unhex("AB0"), Some(vec![0x0a, 0xb0]));
    for text in ["", "g", "é1", "+1", " 1"] {
        assert_eq!(unhex(text), None, "{text}");
    }
}

#[test]
fn a_device_has_a_verifier_that_its_password_makes() {
    let mut scene = Scene::new(json!({}));
    let made = scene
        .expression("device_verifier('-group', 'us-east-1_key', 'secret')")
        .unwrap();
    let salt = STANDARD.decode(made["Salt"].as_str().unwrap()).unwrap();
    let expected = Client::device_config(("-group", "us-east-1_key"), "secret", &hex(&salt));
    assert_eq!(made, expected);
    let other = scene.expression("device_verifier('-group', 'us-east-1_key', 'secret')");
    assert_ne!(other, Ok(made));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// With the server's arithmetic, and with that of the server's tests.
    #[test]
    fn the_server_takes_the_right_proof_and_no_other(
        salt in any::<[u8; 16]>(),
        a in prop::collection::vec(any::<u8>(), 32),
        b in any::<[u8; 32]>(),
        password in r"\PC{0,20}",
        member in r"\PC{1,20}",
    ) {
        let identity = Identity { group: "Zz9", member: &member, password: &password };
        let exchange = Exchange::new(a);
        let salt = srp::Salt::new(salt);
        let v = srp::verifier(&srp::password_key("Zz9", &member, &password, &salt));
        let ephemeral = srp::Ephemeral::new(b);
        let public = srp::public_b(&v, &ephemeral);
        let sent = srp::SrpA::parse(&hex(&exchange.public)).unwrap();
        let expected = srp::session_key(&v, &ephemeral, &public, &sent).unwrap();
        let told = |text: String| unhex(&text).unwrap();
        let key = exchange.key(&identity, &told(salt.to_hex()), &told(public.to_hex())).unwrap();
        prop_assert_eq!(key, expected);
        let wrong = Identity { password: "no", ..identity };
        let key = exchange.key(&wrong, &told(salt.to_hex()), &told(public.to_hex())).unwrap();
        prop_assert_ne!(key, expected);
    }
}
