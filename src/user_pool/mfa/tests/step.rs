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
#[derive(Debug, Clone, Copy)]
struct Has {
    phone: bool,
    email: bool,
    token: bool,
}

impl Has {
    fn these(factors: &[Factor]) -> Self {
        Self {
            phone: factors.contains(&SMS),
            email: factors.contains(&EMAIL),
            token: factors.contains(&TOTP),
        }
    }
}

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

/// The rules are numbered as in the guide's list of today, but where a row says otherwise; T7 and T20 are of
/// the page on software tokens of 2022.
const ROWS: &str = "
1: off asks nobody                              | OFF | sms totp mail | either | phone mail token | sms totp | totp | none
2: optional, nothing active                     | OPTIONAL | sms totp mail | either | phone mail token | | | none
2: optional, one active                         | OPTIONAL | sms totp | either | phone mail token | sms | | SMS_MFA
2: active, but the address is gone              | OPTIONAL | sms | either | | sms | sms | error
2: two active, both addresses are gone          | OPTIONAL | sms totp mail | either | | sms mail | | error
2: two active, one address is gone              | OPTIONAL | sms totp | either | token | sms totp | sms | SOFTWARE_TOKEN_MFA
2: active, but the pool has it off              | OPTIONAL | totp | either | phone | sms | sms | none
T7: a token outlives the pool's setting         | OPTIONAL | sms | either | token | totp | totp | SOFTWARE_TOKEN_MFA
3: the preferred one, of two active             | OPTIONAL | sms totp | either | phone token | sms totp | sms | SMS_MFA
3: preferred, where MFA is required             | ON | sms totp | either | phone token | sms totp | totp | SOFTWARE_TOKEN_MFA
3: preferred, though it recovers the password   | ON | sms totp | phone | phone token | sms | sms | SMS_MFA
3: preferred, but turned off                    | ON | sms totp | either | phone | | totp | SMS_MFA
4: one active of two usable                     | OPTIONAL | sms totp | either | phone token | totp | | SOFTWARE_TOKEN_MFA
4: by mail                                      | OPTIONAL | mail | phone | mail | mail | | EMAIL_OTP
5: two active                                   | OPTIONAL | sms totp | either | phone token | sms totp | | select SMS_MFA SOFTWARE_TOKEN_MFA
5: three active                                 | OPTIONAL | sms totp mail | either | phone mail token | mail totp sms | | select SMS_MFA SOFTWARE_TOKEN_MFA EMAIL_OTP
6: a token, alone on                            | ON | totp | either | token | | | SOFTWARE_TOKEN_MFA
6: a token, and addresses whose factors are off | ON | totp | either | phone mail token | | | SOFTWARE_TOKEN_MFA
6: a token and a phone                          | ON | sms totp | either | phone token | | | select SMS_MFA SOFTWARE_TOKEN_MFA
6: a token and mail                             | ON | totp mail | phone | mail token | | | select SOFTWARE_TOKEN_MFA EMAIL_OTP
6: a token and both addresses                   | ON | sms totp mail | off | phone mail token | | | select SMS_MFA SOFTWARE_TOKEN_MFA EMAIL_OTP
6: the phone recovers the password              | ON | sms totp | phone | phone token | | | SOFTWARE_TOKEN_MFA
6: the phone recovers, mail does not            | ON | sms totp mail | phone | phone mail token | | | select SOFTWARE_TOKEN_MFA EMAIL_OTP
6: no address for what is on                    | ON | sms totp | either | mail token | | | SOFTWARE_TOKEN_MFA
5 of the guide: a token that the pool turned off| ON | sms | either | phone token | | | SMS_MFA
T20: one that the user turned on                | ON | sms | either | token | totp | | SOFTWARE_TOKEN_MFA
7: mail alone, which recovers                   | ON | totp mail | mail | mail | | | error
7: a phone alone, which recovers                | ON | sms | phone | phone | | | error
7: it recovers, and a token could be set up     | ON | sms totp | phone | phone | | | error
7: it recovers, and its factor is off           | ON | totp | mail | mail | | | error
7: mail, by mail                                | ON | totp mail | phone | mail | | | EMAIL_OTP
7: a phone, by SMS                              | ON | sms totp | mail | phone | | | SMS_MFA
7: a phone, and either recovers                 | ON | sms totp | either | phone | | | SMS_MFA
7: mail, and no recovery                        | ON | mail | off | mail | | | EMAIL_OTP
7: its factor is off, a token is left           | ON | sms totp | phone | mail | | | set up SOFTWARE_TOKEN_MFA
7: its factor is off, nothing is left           | ON | sms | phone | mail | | | error
8: both, and either recovers                    | ON | sms mail | either | phone mail | | | select SMS_MFA EMAIL_OTP
8: both, without recovery                       | ON | sms totp mail | off | phone mail | | | select SMS_MFA EMAIL_OTP
8: both, the phone recovers                     | ON | sms mail | phone | phone mail | | | EMAIL_OTP
8: both, mail recovers                          | ON | sms totp | mail | phone mail | | | SMS_MFA
8: both, SMS alone on, without recovery         | ON | sms | off | phone mail | | | SMS_MFA
8: both, by what recovers alone                 | ON | sms | phone | phone mail | | | error
8: the same, and a token could be set up        | ON | sms totp | phone | phone mail | | | set up SOFTWARE_TOKEN_MFA
8: both, tokens alone on                        | ON | totp | either | phone mail | | | set up SOFTWARE_TOKEN_MFA
9: nothing, tokens on                           | ON | totp | either | | | | set up SOFTWARE_TOKEN_MFA
9: nothing, SMS on                              | ON | sms | either | | | | set up SMS_MFA
9: nothing, all on                              | ON | sms totp mail | either | | | | set up SMS_MFA SOFTWARE_TOKEN_MFA EMAIL_OTP
9: nothing, all on, the phone recovers          | ON | sms totp mail | phone | | | | set up SOFTWARE_TOKEN_MFA EMAIL_OTP
9: nothing, and only what recovers              | ON | sms | phone | | | | error
";

fn factors(words: &str) -> Vec<Factor> {
    let named = |word| match word {
        "sms" | "phone" => SMS,
        "totp" | "token" => TOTP,
        "mail" => EMAIL,
        other => panic!("{other}"),
    };
    words.split_whitespace().map(named).collect()
}

fn shown(step: &MfaStep) -> String {
    let list = |factors: &[Factor]| {
        let names: Vec<_> = factors.iter().map(|factor| factor.as_str()).collect();
        names.join(" ")
    };
    match step {
        MfaStep::None => "none".into(),
        MfaStep::Challenge(factor) => factor.as_str().into(),
        MfaStep::Select(factors) => format!("select {}", list(factors)),
        MfaStep::SetUp(factors) => format!("set up {}", list(factors)),
        MfaStep::Impossible => "error".into(),
    }
}

#[tokio::test]
async fn each_row_of_the_guide_leads_to_its_step() {
    let scene = Scene::new().await;
    let rows: Vec<&str> = ROWS.trim().lines().collect();
    assert_eq!(rows.len(), 49);
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, mode, pool, recovery, has, on, preferred, expected] = cells[..] else {
            panic!("{row}");
        };
        let state = State {
            mode: [OFF, OPTIONAL, ON]
                .into_iter()
                .find(|known| known.as_str() == mode)
                .unwrap(),
            pool: &factors(pool),
            recovery: match recovery {
                "either" => EITHER,
                "phone" => BY_PHONE,
                "mail" => BY_EMAIL,
                "off" => NONE,
                other => panic!("{other}"),
            },
            has: Has::these(&factors(has)),
            on: &factors(on),
            preferred: factors(preferred).first().copied(),
        };
        assert_eq!(shown(&scene.step(&state)), expected, "{row}");
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
                            let has = Has::these(has);
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
    let lacks_address =
        |factor: &Factor| *factor != TOTP && state.pool.contains(factor) && !has(factor);
    let recovers = |factor: &Factor| {
        (*factor == SMS && state.recovery == BY_PHONE)
            || (*factor == EMAIL && state.recovery == BY_EMAIL)
    };
    let is_preferred = |factor: &Factor| {
        state.preferred == Some(*factor) && state.on.contains(factor) && has(factor)
    };
    match &step {
        MfaStep::None => {
            let active = state.on.iter().any(|on| has(on) || lacks_address(on));
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
        MfaStep::Impossible => {
            let is_stranded = !state.on.iter().any(has) && state.on.iter().any(lacks_address);
            assert!(
                state.mode == ON || (state.mode == OPTIONAL && is_stranded),
                "{state:?}"
            );
        }
    }
}
