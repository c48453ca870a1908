//! The guide's "Details of MFA logic at user runtime", row by row: what the pool has on, what the user has,
//! what is turned on and preferred, how passwords are recovered, and what follows the password.

use serde_json::json;

use super::*;
use crate::model::cognito_idp::{
    EmailMfaConfigType, RecoveryOptionNameType as By, RecoveryOptionType,
};
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::TestPool;

use std::sync::Arc;

const SMS: Factor = Factor::SmsMfa;
const TOTP: Factor = Factor::SoftwareTokenMfa;
const EMAIL: Factor = Factor::EmailOtp;

const OFF: UserPoolMfaType = UserPoolMfaType::Off;
const OPTIONAL: UserPoolMfaType = UserPoolMfaType::Optional;
const ON: UserPoolMfaType = UserPoolMfaType::On;

/// The default of a new pool: by either address.
const EITHER: &[By] = &[By::VerifiedPhoneNumber, By::VerifiedEmail];
const BY_PHONE: &[By] = &[By::VerifiedPhoneNumber];
const BY_EMAIL: &[By] = &[By::VerifiedEmail];
const NONE: &[By] = &[By::AdminOnly];

/// What a user has.
#[derive(Debug, Clone, Copy, Default)]
struct Has {
    phone: bool,
    email: bool,
    token: bool,
}

const NOTHING: Has = Has {
    phone: false,
    email: false,
    token: false,
};
const PHONE: Has = Has {
    phone: true,
    ..NOTHING
};
const MAIL: Has = Has {
    email: true,
    ..NOTHING
};
const TOKEN: Has = Has {
    token: true,
    ..NOTHING
};
const BOTH: Has = Has {
    token: false,
    ..ALL
};
const PHONE_TOKEN: Has = Has {
    email: false,
    ..ALL
};
const MAIL_TOKEN: Has = Has {
    phone: false,
    ..ALL
};
const ALL: Has = Has {
    phone: true,
    email: true,
    token: true,
};

/// One state of pool and user.
#[derive(Debug, Clone, Copy)]
struct State<'a> {
    mode: UserPoolMfaType,
    /// What the pool has on.
    pool: &'a [Factor],
    recovery: &'a [By],
    has: Has,
    /// What the user turned on.
    on: &'a [Factor],
    preferred: Option<Factor>,
}

struct Scene(PoolSettings, User);

impl Scene {
    async fn new() -> Self {
        let pool = TestPool::new(json!({})).await;
        pool.confirmed("bob", json!([])).await;
        let settings = pool.cx.pool(&pool.id).unwrap().settings();
        Self(
            PoolSettings::clone(&settings),
            User::clone(&pool.user("bob")),
        )
    }

    fn in_state(&self, state: &State<'_>) -> (PoolSettings, User) {
        let Self(mut settings, mut user) = Self(self.0.clone(), self.1.clone());
        settings.mfa.mode = state.mode;
        settings.mfa.sms = state.pool.contains(&SMS);
        settings.mfa.software_token = Some(state.pool.contains(&TOTP));
        settings.mfa.email = state
            .pool
            .contains(&EMAIL)
            .then(EmailMfaConfigType::default);
        let options = (1..).zip(state.recovery);
        settings.recovery = options
            .map(|(priority, name)| RecoveryOptionType {
                priority,
                name: *name,
            })
            .collect();
        if state.has.phone {
            user.attributes.set("phone_number".into(), "+12065550839");
        }
        if state.has.email {
            user.attributes.set("email".into(), "bob@example.com");
        }
        let mfa = &mut user.more_mut().mfa;
        if state.has.token {
            mfa.token = Some(SoftwareToken::new(Arc::from([7; 20]), None));
        }
        mfa.sms = state.on.contains(&SMS);
        mfa.software_token = state.on.contains(&TOTP);
        mfa.email = state.on.contains(&EMAIL);
        mfa.preferred = state.preferred;
        (settings, user)
    }

    fn step(&self, state: &State<'_>) -> MfaStep {
        let (settings, user) = self.in_state(state);
        next_step(&settings, &user)
    }
}

type Row<'a> = (
    &'a str,
    UserPoolMfaType,
    &'a [Factor],
    &'a [By],
    Has,
    &'a [Factor],
    Option<Factor>,
    MfaStep,
);

#[tokio::test]
async fn each_row_of_the_guide_leads_to_its_step() {
    use MfaStep::{Challenge, Impossible, None as Nobody, Select, SetUp};

    let rows: Vec<Row<'_>> = vec![
        // 1.
        (
            "1: off asks nobody",
            OFF,
            &[SMS, TOTP, EMAIL],
            EITHER,
            ALL,
            &[SMS, TOTP],
            Some(TOTP),
            Nobody,
        ),
        // 2.
        (
            "2: optional, nothing active",
            OPTIONAL,
            &[SMS, TOTP, EMAIL],
            EITHER,
            ALL,
            &[],
            None,
            Nobody,
        ),
        (
            "2: optional, one active",
            OPTIONAL,
            &[SMS, TOTP],
            EITHER,
            ALL,
            &[SMS],
            None,
            Challenge(SMS),
        ),
        (
            "2: active, but the address is gone",
            OPTIONAL,
            &[SMS],
            EITHER,
            NOTHING,
            &[SMS],
            Some(SMS),
            Nobody,
        ),
        (
            "2: active, but the pool has it off",
            OPTIONAL,
            &[TOTP],
            EITHER,
            PHONE,
            &[SMS],
            Some(SMS),
            Nobody,
        ),
        (
            "T7: a token outlives the pool's setting",
            OPTIONAL,
            &[SMS],
            EITHER,
            TOKEN,
            &[TOTP],
            Some(TOTP),
            Challenge(TOTP),
        ),
        // 3.
        (
            "3: the preferred one, of two active",
            OPTIONAL,
            &[SMS, TOTP],
            EITHER,
            PHONE_TOKEN,
            &[SMS, TOTP],
            Some(SMS),
            Challenge(SMS),
        ),
        (
            "3: the preferred one where MFA is required",
            ON,
            &[SMS, TOTP],
            EITHER,
            PHONE_TOKEN,
            &[SMS, TOTP],
            Some(TOTP),
            Challenge(TOTP),
        ),
        (
            "3: preferred, although it recovers the password",
            ON,
            &[SMS, TOTP],
            BY_PHONE,
            PHONE_TOKEN,
            &[SMS],
            Some(SMS),
            Challenge(SMS),
        ),
        (
            "3: preferred but turned off",
            ON,
            &[SMS, TOTP],
            EITHER,
            PHONE,
            &[],
            Some(TOTP),
            Challenge(SMS),
        ),
        // 4.
        (
            "4: one active of two usable",
            OPTIONAL,
            &[SMS, TOTP],
            EITHER,
            PHONE_TOKEN,
            &[TOTP],
            None,
            Challenge(TOTP),
        ),
        (
            "4: by mail",
            OPTIONAL,
            &[EMAIL],
            BY_PHONE,
            MAIL,
            &[EMAIL],
            None,
            Challenge(EMAIL),
        ),
        // 5.
        (
            "5: two active",
            OPTIONAL,
            &[SMS, TOTP],
            EITHER,
            PHONE_TOKEN,
            &[SMS, TOTP],
            None,
            Select(vec![SMS, TOTP]),
        ),
        (
            "5: three active",
            OPTIONAL,
            &[SMS, TOTP, EMAIL],
            EITHER,
            ALL,
            &[EMAIL, TOTP, SMS],
            None,
            Select(vec![SMS, TOTP, EMAIL]),
        ),
        // 6.
        (
            "6: a token, alone on",
            ON,
            &[TOTP],
            EITHER,
            TOKEN,
            &[],
            None,
            Challenge(TOTP),
        ),
        (
            "6: a token, and addresses whose factors are off",
            ON,
            &[TOTP],
            EITHER,
            ALL,
            &[],
            None,
            Challenge(TOTP),
        ),
        (
            "6: a token and a phone",
            ON,
            &[SMS, TOTP],
            EITHER,
            PHONE_TOKEN,
            &[],
            None,
            Select(vec![SMS, TOTP]),
        ),
        (
            "6: a token and mail",
            ON,
            &[TOTP, EMAIL],
            BY_PHONE,
            MAIL_TOKEN,
            &[],
            None,
            Select(vec![TOTP, EMAIL]),
        ),
        (
            "6: a token and all addresses",
            ON,
            &[SMS, TOTP, EMAIL],
            NONE,
            ALL,
            &[],
            None,
            Select(vec![SMS, TOTP, EMAIL]),
        ),
        (
            "6: the phone recovers the password",
            ON,
            &[SMS, TOTP],
            BY_PHONE,
            PHONE_TOKEN,
            &[],
            None,
            Challenge(TOTP),
        ),
        (
            "6: the phone recovers, mail does not",
            ON,
            &[SMS, TOTP, EMAIL],
            BY_PHONE,
            ALL,
            &[],
            None,
            Select(vec![TOTP, EMAIL]),
        ),
        (
            "6: no address for what is on",
            ON,
            &[SMS, TOTP],
            EITHER,
            MAIL_TOKEN,
            &[],
            None,
            Challenge(TOTP),
        ),
        // 5 of the guide: a token that the pool has turned off is as none.
        (
            "a token turned off by the pool, unused",
            ON,
            &[SMS],
            EITHER,
            PHONE_TOKEN,
            &[],
            None,
            Challenge(SMS),
        ),
        (
            "T20: one that the user turned on",
            ON,
            &[SMS],
            EITHER,
            TOKEN,
            &[TOTP],
            None,
            Challenge(TOTP),
        ),
        // 7.
        (
            "7: mail alone, which recovers",
            ON,
            &[TOTP, EMAIL],
            BY_EMAIL,
            MAIL,
            &[],
            None,
            Impossible,
        ),
        (
            "7: a phone alone, which recovers",
            ON,
            &[SMS],
            BY_PHONE,
            PHONE,
            &[],
            None,
            Impossible,
        ),
        (
            "7: it recovers, and a token could be set up",
            ON,
            &[SMS, TOTP],
            BY_PHONE,
            PHONE,
            &[],
            None,
            Impossible,
        ),
        (
            "7: it recovers, and its factor is off",
            ON,
            &[TOTP],
            BY_EMAIL,
            MAIL,
            &[],
            None,
            Impossible,
        ),
        (
            "7: mail, by mail",
            ON,
            &[TOTP, EMAIL],
            BY_PHONE,
            MAIL,
            &[],
            None,
            Challenge(EMAIL),
        ),
        (
            "7: a phone, by SMS",
            ON,
            &[SMS, TOTP],
            BY_EMAIL,
            PHONE,
            &[],
            None,
            Challenge(SMS),
        ),
        (
            "7: a phone, and either recovers",
            ON,
            &[SMS, TOTP],
            EITHER,
            PHONE,
            &[],
            None,
            Challenge(SMS),
        ),
        (
            "7: no recovery at all",
            ON,
            &[EMAIL],
            NONE,
            MAIL,
            &[],
            None,
            Challenge(EMAIL),
        ),
        (
            "7: its factor is off, a token is left",
            ON,
            &[SMS, TOTP],
            BY_PHONE,
            MAIL,
            &[],
            None,
            SetUp(vec![TOTP]),
        ),
        (
            "7: its factor is off, nothing is left",
            ON,
            &[SMS],
            BY_PHONE,
            MAIL,
            &[],
            None,
            Impossible,
        ),
        // 8.
        (
            "8: both, and either recovers",
            ON,
            &[SMS, EMAIL],
            EITHER,
            BOTH,
            &[],
            None,
            Select(vec![SMS, EMAIL]),
        ),
        (
            "8: both, without recovery",
            ON,
            &[SMS, TOTP, EMAIL],
            NONE,
            BOTH,
            &[],
            None,
            Select(vec![SMS, EMAIL]),
        ),
        (
            "8: both, the phone recovers",
            ON,
            &[SMS, EMAIL],
            BY_PHONE,
            BOTH,
            &[],
            None,
            Challenge(EMAIL),
        ),
        (
            "8: both, mail recovers",
            ON,
            &[SMS, TOTP],
            BY_EMAIL,
            BOTH,
            &[],
            None,
            Challenge(SMS),
        ),
        (
            "8: both, SMS alone on, without recovery",
            ON,
            &[SMS],
            NONE,
            BOTH,
            &[],
            None,
            Challenge(SMS),
        ),
        (
            "8: both, by what recovers alone",
            ON,
            &[SMS],
            BY_PHONE,
            BOTH,
            &[],
            None,
            Impossible,
        ),
        (
            "8: the same, and a token",
            ON,
            &[SMS, TOTP],
            BY_PHONE,
            BOTH,
            &[],
            None,
            SetUp(vec![TOTP]),
        ),
        (
            "8: both, tokens alone on",
            ON,
            &[TOTP],
            EITHER,
            BOTH,
            &[],
            None,
            SetUp(vec![TOTP]),
        ),
        // 9.
        (
            "9: nothing, tokens on",
            ON,
            &[TOTP],
            EITHER,
            NOTHING,
            &[],
            None,
            SetUp(vec![TOTP]),
        ),
        (
            "9: nothing, SMS on",
            ON,
            &[SMS],
            EITHER,
            NOTHING,
            &[],
            None,
            SetUp(vec![SMS]),
        ),
        (
            "9: nothing, all on",
            ON,
            &[SMS, TOTP, EMAIL],
            EITHER,
            NOTHING,
            &[],
            None,
            SetUp(vec![SMS, TOTP, EMAIL]),
        ),
        (
            "9: nothing, all on, the phone recovers",
            ON,
            &[SMS, TOTP, EMAIL],
            BY_PHONE,
            NOTHING,
            &[],
            None,
            SetUp(vec![TOTP, EMAIL]),
        ),
        (
            "9: nothing, and only what recovers",
            ON,
            &[SMS],
            BY_PHONE,
            NOTHING,
            &[],
            None,
            Impossible,
        ),
    ];
    let scene = Scene::new().await;
    for (row, mode, pool, recovery, has, on, preferred, expected) in rows {
        let state = State {
            mode,
            pool,
            recovery,
            has,
            on,
            preferred,
        };
        assert_eq!(scene.step(&state), expected, "{row}");
    }
}

/// Every state of a table: the subsets of three things.
fn subsets() -> Vec<Vec<Factor>> {
    let is_in = |bits: usize, n: usize| bits & (1 << n) != 0;
    (0..8)
        .map(|bits| {
            let all = [SMS, TOTP, EMAIL].into_iter().enumerate();
            all.filter(|(n, _)| is_in(bits, *n))
                .map(|(_, factor)| factor)
                .collect()
        })
        .collect()
}

/// What holds in all states, those without a row too.
#[tokio::test]
async fn no_state_asks_for_what_cannot_be_had_nor_lets_in_who_must_prove_more() {
    let scene = Scene::new().await;
    let subsets = subsets();
    for mode in [OFF, OPTIONAL, ON] {
        for pool in &subsets {
            for recovery in [EITHER, BY_PHONE, BY_EMAIL, NONE] {
                for has in &subsets {
                    for on in &subsets {
                        for preferred in [None, Some(SMS), Some(TOTP), Some(EMAIL)] {
                            let has = Has {
                                phone: has.contains(&SMS),
                                email: has.contains(&EMAIL),
                                token: has.contains(&TOTP),
                            };
                            let state = State {
                                mode,
                                pool,
                                recovery,
                                has,
                                on,
                                preferred,
                            };
                            holds(&scene, &state);
                        }
                    }
                }
            }
        }
    }
}

#[track_caller]
fn holds(scene: &Scene, state: &State<'_>) {
    let step = scene.step(state);
    let has = |factor: &Factor| match factor {
        Factor::SmsMfa => state.has.phone && state.pool.contains(&SMS),
        Factor::SoftwareTokenMfa => state.has.token,
        Factor::EmailOtp => state.has.email && state.pool.contains(&EMAIL),
    };
    let recovers = |factor: &Factor| {
        (*factor == SMS && state.recovery == BY_PHONE)
            || (*factor == EMAIL && state.recovery == BY_EMAIL)
    };
    let is_preferred = |factor: &Factor| {
        state.preferred == Some(*factor) && state.on.contains(factor) && has(factor)
    };
    match &step {
        MfaStep::None => {
            let active = state.on.iter().any(has);
            assert!(
                state.mode == OFF || (state.mode == OPTIONAL && !active),
                "{state:?}"
            );
        }
        MfaStep::Challenge(factor) => {
            assert!(has(factor), "{state:?} {step:?}");
            assert!(
                state.mode != OPTIONAL || state.on.contains(factor),
                "{state:?} {step:?}"
            );
            assert!(
                state.mode != ON || !recovers(factor) || is_preferred(factor),
                "{state:?} {step:?}"
            );
        }
        MfaStep::Select(factors) => {
            assert!(factors.len() > 1 && factors.iter().all(has), "{state:?}");
            assert!(!factors.iter().any(is_preferred), "{state:?} {step:?}");
            assert!(
                state.mode != ON || !factors.iter().any(recovers),
                "{state:?} {step:?}"
            );
        }
        MfaStep::SetUp(factors) => {
            assert_eq!(state.mode, ON);
            assert!(
                factors.iter().all(|factor| state.pool.contains(factor)),
                "{state:?} {step:?}"
            );
            assert!(!factors.iter().any(recovers), "{state:?} {step:?}");
        }
        MfaStep::Impossible => assert_eq!(state.mode, ON, "{state:?}"),
    }
}
