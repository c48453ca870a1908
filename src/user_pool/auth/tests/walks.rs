//! Walks through sign-in, legal and illegal: whatever is answered, in whatever order and with whosever
//! session, device or passkey, nobody gets tokens without every factor that pool and user require, nor a
//! remembered device's without its proof; and nothing panics.
//!
//! The walker knows all secrets and keeps its own account of what each session has proven. It does not
//! look at what the server refuses, only at what it grants.

#[path = "walker.rs"]
mod walker;

#[path = "walker_keys.rs"]
mod walker_keys;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::walker::{Asked, Walker};
use crate::model::cognito_idp::{AuthFactorType, UserPoolMfaType};

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
    /// The assertion of a passkey.
    Passkey,
    /// That of one which has verified its user.
    VerifyingPasskey,
    /// The proof of the user's device.
    Device,
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
    /// Where devices are tracked.
    devices: Option<Devices>,
    passkeys: Passkeys,
}

/// How a pool tracks devices.
#[derive(Debug, Clone, Copy)]
struct Devices {
    /// A remembered one spares the second factor.
    spares: bool,
    /// It is remembered on the user's word alone.
    asks: bool,
}

/// What passkeys are good for.
#[derive(Debug, Clone, Copy)]
struct Passkeys {
    /// The pool lets a sign-in begin with one.
    first: bool,
    /// The pool has them stand for MFA.
    stand_for_mfa: bool,
    /// So has bob.
    turned_on: bool,
}

/// Whose device key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    None,
    Own,
    Others,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeviceChange {
    Forget,
    Remember,
    /// It is known, and not remembered.
    KeepOut,
}

#[derive(Debug, Clone)]
enum Move {
    /// A flow, by whom, with the right password or not, from which device.
    Begin(usize, usize, bool, Key),
    /// The challenge of a session, answered so.
    Answer(Answer),
    /// The software token of an MFA_SETUP, with the right code or not.
    SetUp(usize, bool),
    /// An administrator asks for MFA, or no more.
    Mode(UserPoolMfaType),
    /// An administrator has passkeys stand for MFA, or no more.
    PasskeysForMfa(bool),
    /// An administrator changes what is known of somebody's device.
    Device(usize, DeviceChange),
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
    key: Key,
    /// Whether the Session is left out.
    without_session: bool,
}

const NAMES: [&str; 15] = [
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
    "DEVICE_PASSWORD_VERIFIER",
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
    let often = || prop::bool::weighted(0.7);
    let devices = (often(), prop::bool::weighted(0.3));
    let devices = devices.prop_map(|(spares, asks)| Devices { spares, asks });
    let devices = prop::option::weighted(0.7, devices);
    let passkeys =
        (often(), often(), often()).prop_map(|(first, stand_for_mfa, turned_on)| Passkeys {
            first,
            stand_for_mfa,
            turned_on,
        });
    let temporary = prop::bool::weighted(0.2);
    let factors = (bits(), bits(), bits());
    (modes(), factors, temporary, devices, passkeys).prop_map(
        |(mode, (on, has, active), temporary, devices, passkeys)| Land {
            mode,
            on,
            has,
            active,
            temporary,
            devices,
            passkeys,
        },
    )
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        4 => Just(Key::None),
        6 => Just(Key::Own),
        1 => Just(Key::Others),
        1 => Just(Key::Never),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    // Mostly the newest challenge, answered as it asks: else no walk would get far.
    let newest = prop_oneof![6 => Just(0), 1 => 0_usize..6];
    let another = || prop::option::weighted(0.15, 0_usize..6);
    let name = prop::option::weighted(0.1, 0..NAMES.len());
    let rarely = prop::bool::weighted(0.05);
    let mostly = prop::bool::weighted(0.85);
    let choice = 0_usize..8;
    let admin = prop::bool::weighted(0.3);
    let without_session = prop::bool::weighted(0.1);
    let how = (choice, admin, key(), without_session);
    (newest, another(), name, rarely, mostly, how).prop_map(
        |(of, session, name, other_user, right, (choice, admin, key, without_session))| Answer {
            of,
            session,
            name,
            other_user,
            right,
            choice,
            admin,
            key,
            without_session,
        },
    )
}

fn device_change() -> impl Strategy<Value = DeviceChange> {
    prop_oneof![
        1 => Just(DeviceChange::Forget),
        3 => Just(DeviceChange::Remember),
        2 => Just(DeviceChange::KeepOut),
    ]
}

fn user() -> impl Strategy<Value = usize> {
    prop_oneof![4 => Just(0), 1 => Just(1)]
}

fn begin() -> impl Strategy<Value = Move> {
    // Few of the flows lead to a passkey, or to a device.
    let flow = prop_oneof![
        2 => 0..FLOWS.len(),
        1 => Just(0),
        1 => Just(FLOWS.len() - 1),
    ];
    let begin = (flow, user(), prop::bool::weighted(0.9), key());
    begin.prop_map(|(flow, user, right, key)| Move::Begin(flow, user, right, key))
}

fn walk() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => begin(),
        10 => answer().prop_map(Move::Answer),
        2 => (0_usize..3, prop::bool::weighted(0.8)).prop_map(|(of, right)| Move::SetUp(of, right)),
        1 => modes().prop_map(Move::Mode),
        1 => any::<bool>().prop_map(Move::PasskeysForMfa),
        1 => (user(), device_change()).prop_map(|(user, change)| Move::Device(user, change)),
        1 => prop_oneof![Just(31), Just(179), Just(200)].prop_map(Move::Wait),
    ];
    let more = prop::collection::vec(one, 0..24);
    (begin(), more).prop_map(|(begin, more)| [vec![begin], more].concat())
}

/// Flow, and what USER_AUTH prefers.
const FLOWS: [(&str, Option<&str>); 9] = [
    ("USER_PASSWORD_AUTH", None),
    ("ADMIN_USER_PASSWORD_AUTH", None),
    ("USER_SRP_AUTH", None),
    ("CUSTOM_AUTH", None),
    ("USER_AUTH", None),
    ("USER_AUTH", Some("PASSWORD")),
    ("USER_AUTH", Some("EMAIL_OTP")),
    ("USER_AUTH", Some("SMS_OTP")),
    ("USER_AUTH", Some("WEB_AUTHN")),
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
        "DEVICE_PASSWORD_VERIFIER",
        "DEVICE_SRP_AUTH",
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
        "WEB_AUTHN",
        "tokens",
        "tokens by a device in place of a factor",
        "tokens by a passkey in place of both",
    ];
    let seen = seen.into_inner();
    for name in expected {
        assert!(seen.contains(name), "no walk saw {name}: {seen:?}");
    }
}
