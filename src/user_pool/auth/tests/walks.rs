//! Walks through sign-in, legal and illegal: whatever is answered, in whatever order and with whosever
//! session, nobody gets tokens without every factor that pool and user require; and nothing panics.
//!
//! The walker knows all secrets and keeps its own account of what each session has proven. It does not
//! look at what the server refuses, only at what it grants.

#[path = "walker.rs"]
mod walker;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::walker::Walker;
use crate::model::cognito_idp::UserPoolMfaType;

/// What a session, or an answer, has proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fact {
    Password,
    /// The password was a temporary one.
    Temporary,
    NewPassword,
    /// A one-time code as the first factor.
    Code,
    /// A right answer to the pool's own challenge.
    Custom,
    Sms,
    Totp,
    Email,
}

const SECOND: [Fact; 3] = [Fact::Sms, Fact::Totp, Fact::Email];

type Facts = BTreeSet<Fact>;

/// Bits of a pool and a user: which factors are on, had, turned on.
#[derive(Debug, Clone)]
struct Land {
    mode: UserPoolMfaType,
    /// SMS, tokens, mail.
    on: [bool; 3],
    has: [bool; 3],
    active: [bool; 3],
    temporary: bool,
}

#[derive(Debug, Clone)]
enum Move {
    /// A flow, by whom, with the right password or not.
    Begin(usize, usize, bool),
    /// The challenge of a session, answered so.
    Answer(Answer),
    /// The software token of an MFA_SETUP, with the right code or not.
    SetUp(usize, bool),
    /// An administrator asks for MFA, or no more.
    Mode(UserPoolMfaType),
    /// Time goes by.
    Wait(u64),
}

/// Counted back from the newest; beyond the first, each may be any.
#[derive(Debug, Clone)]
struct Answer {
    /// Whose secrets are answered with.
    of: usize,
    /// Whose session is sent, if it is another's.
    session: Option<usize>,
    /// Another challenge's name, if not its own.
    name: Option<usize>,
    /// Another user's name.
    other_user: bool,
    right: bool,
    /// Which of several is chosen.
    choice: usize,
    admin: bool,
}

const NAMES: [&str; 14] = [
    "PASSWORD_VERIFIER",
    "NEW_PASSWORD_REQUIRED",
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "PASSWORD",
    "PASSWORD_SRP",
    "SMS_OTP",
    "WEB_AUTHN",
    "DEVICE_SRP_AUTH",
];

const USERS: [&str; 2] = ["bob", "eve"];

fn modes() -> impl Strategy<Value = UserPoolMfaType> {
    let all = [
        UserPoolMfaType::Off,
        UserPoolMfaType::Optional,
        UserPoolMfaType::On,
    ];
    prop::sample::select(all.to_vec())
}

fn land() -> impl Strategy<Value = Land> {
    let bits = any::<[bool; 3]>;
    let mode = modes();
    (mode, bits(), bits(), bits(), prop::bool::weighted(0.2)).prop_map(
        |(mode, on, has, active, temporary)| Land {
            mode,
            on,
            has,
            active,
            temporary,
        },
    )
}

fn answer() -> impl Strategy<Value = Answer> {
    // Mostly the newest challenge, answered as it asks: else no walk would get far.
    let newest = prop_oneof![6 => Just(0), 1 => 0_usize..6];
    let another = || prop::option::weighted(0.15, 0_usize..6);
    let name = prop::option::weighted(0.1, 0..NAMES.len());
    let rarely = prop::bool::weighted(0.05);
    let mostly = prop::bool::weighted(0.85);
    let choice = 0_usize..8;
    (
        newest,
        another(),
        name,
        rarely,
        mostly,
        choice,
        any::<bool>(),
    )
        .prop_map(
            |(of, session, name, other_user, right, choice, admin)| Answer {
                of,
                session,
                name,
                other_user,
                right,
                choice,
                admin,
            },
        )
}

fn walk() -> impl Strategy<Value = Vec<Move>> {
    let user = prop_oneof![4 => Just(0), 1 => Just(1)];
    let begin = (0..FLOWS.len(), user, prop::bool::weighted(0.9));
    let one = prop_oneof![
        3 => begin.prop_map(|(flow, user, right)| Move::Begin(flow, user, right)),
        10 => answer().prop_map(Move::Answer),
        2 => (0_usize..3, prop::bool::weighted(0.8)).prop_map(|(of, right)| Move::SetUp(of, right)),
        1 => modes().prop_map(Move::Mode),
        1 => prop_oneof![Just(31), Just(179), Just(200)].prop_map(Move::Wait),
    ];
    prop::collection::vec(one, 1..24)
}

/// Flow, and what USER_AUTH prefers.
const FLOWS: [(&str, Option<&str>); 8] = [
    ("USER_PASSWORD_AUTH", None),
    ("ADMIN_USER_PASSWORD_AUTH", None),
    ("USER_SRP_AUTH", None),
    ("CUSTOM_AUTH", None),
    ("USER_AUTH", None),
    ("USER_AUTH", Some("PASSWORD")),
    ("USER_AUTH", Some("EMAIL_OTP")),
    ("USER_AUTH", Some("SMS_OTP")),
];

#[test]
fn no_walk_gets_tokens_without_every_factor_that_is_required() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let mut runner = TestRunner::new(config);
    let walked = runner.run(&(land(), walk()), |(land, walk)| {
        runtime.block_on(async {
            let mut walker = Walker::enter(land).await;
            for step in walk {
                walker.go(step).await?;
            }
            seen.borrow_mut().append(&mut walker.seen);
            Ok(())
        })
    });
    if let Err(found) = walked {
        panic!("{found}");
    }
    // Walks that see nothing would prove nothing.
    let expected = [
        "CUSTOM_CHALLENGE",
        "EMAIL_OTP",
        "MFA_SETUP",
        "NEW_PASSWORD_REQUIRED",
        "PASSWORD",
        "PASSWORD_VERIFIER",
        "SELECT_CHALLENGE",
        "SELECT_MFA_TYPE",
        "SMS_MFA",
        "SMS_OTP",
        "SOFTWARE_TOKEN_MFA",
        "tokens",
    ];
    let seen = seen.into_inner();
    for name in expected {
        assert!(seen.contains(name), "no walk saw {name}: {seen:?}");
    }
}
