//! What follows what, row by row; and how a sign-in of several steps is told to functions.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::context::Settings;
use crate::lambda::{Answering, Functions, Invocation};
use crate::model::Contact;
use crate::model::cognito_idp::EmailMfaConfigType;
use crate::store::user_pool::software_token::SoftwareToken;
use crate::test_pool::{PASSWORD, TestPool, attributes, server};

#[path = "next_step_choice.rs"]
mod choice;
#[path = "next_step_custom.rs"]
mod custom;
#[path = "next_step_device.rs"]
mod device;

/// A pool with `mode` and the three factors, and a user of it who has nothing.
async fn scene(mode: UserPoolMfaType) -> (PoolSettings, User) {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("bob", json!([])).await;
    let settings = pool.cx.pool(&pool.id).unwrap().settings();
    let mut settings = PoolSettings::clone(&settings);
    settings.mfa.mode = mode;
    settings.mfa.sms = true;
    settings.mfa.software_token = Some(true);
    settings.mfa.email = Some(EmailMfaConfigType::default());
    (settings, User::clone(&pool.user("bob")))
}

fn with_token(user: &mut User) {
    let mfa = &mut user.more_mut().mfa;
    mfa.token = Some(SoftwareToken::new(Arc::from([7; 20]), None));
    mfa.software_token = true;
}

fn with_number(user: &mut User) {
    user.attributes.set("phone_number".into(), "+12065550839");
    user.more_mut().mfa.sms = true;
}

fn signed_up(user: &mut User) {
    user.more_mut().signed_up = true;
}

fn tokens_used(user: &mut User) {
    user.more_mut().signed_up = true;
    user.more_mut().one_time_tokens_used = true;
}

type Outcome = Result<Next, &'static str>;

#[tokio::test]
async fn the_state_of_the_account_comes_before_a_second_factor() {
    use UserStatusType as Status;

    let (settings, mut user) = scene(UserPoolMfaType::On).await;
    with_token(&mut user);
    let token = || Ok(Next::Factor(Factor::SoftwareTokenMfa));
    let rows: [(Status, Outcome); 8] = [
        (Status::Unconfirmed, Err("User is not confirmed.")),
        (
            Status::ResetRequired,
            Err("Password reset required for the user"),
        ),
        (Status::ForceChangePassword, Ok(Next::NewPassword)),
        (Status::Confirmed, token()),
        (Status::Archived, token()),
        (Status::Compromised, token()),
        (Status::Unknown, token()),
        (Status::ExternalProvider, token()),
    ];
    for (status, expected) in rows {
        user.status = status;
        let progress = Progress {
            settings: &settings,
            user: &user,
            step: &Completed::Password,
            before: &[],
            device: Signing::Untracked,
            defined: None,
            demand: Demand::None,
            one_time_tokens: false,
            hosted: false,
        };
        check(&progress, expected, status.as_str());
    }
}

/// A sign-in that has these steps behind it, and nothing else about it.
fn progress_of<'a>(
    settings: &'a PoolSettings,
    user: &'a User,
    completed: &'a [Completed],
) -> Progress<'a> {
    let (step, before) = completed.split_last().unwrap();
    Progress {
        settings,
        user,
        step,
        before,
        device: Signing::Untracked,
        defined: None,
        demand: Demand::None,
        one_time_tokens: false,
        hosted: false,
    }
}

fn check(progress: &Progress<'_>, expected: Outcome, row: &str) {
    match (next_step(progress), expected) {
        (Ok(next), Ok(expected)) => assert_eq!(next, expected, "{row}"),
        (Err(refused), Err(sentence)) => assert_eq!(refused.message(), sentence, "{row}"),
        (next, expected) => panic!("{row}: {next:?}, expected {expected:?}"),
    }
}

#[tokio::test]
async fn each_completed_step_leads_on() {
    use Completed::{Choice, NewPassword, Password};
    use UserPoolMfaType::{Off, On, Optional};

    const SMS: Completed = Choice(Factor::SmsMfa);
    const RIGHT: Completed = Completed::SecondFactor(Factor::SmsMfa);
    const TOKEN: Completed = Completed::SecondFactor(Factor::SoftwareTokenMfa);
    let any = || vec![Factor::SmsMfa, Factor::SoftwareTokenMfa, Factor::EmailOtp];
    let both = || vec![Factor::SmsMfa, Factor::SoftwareTokenMfa];
    let done = || Ok(Next::Tokens(Source::Authentication));
    let renewed = || Ok(Next::Tokens(Source::NewPasswordChallenge));
    type Change = fn(&mut User);
    let nothing: Change = |_| {};
    let two: Change = |user| {
        with_token(user);
        with_number(user);
    };
    let rows: [(&str, UserPoolMfaType, Change, &[Completed], Outcome); 17] = [
        ("MFA is off", Off, two, &[Password], done()),
        (
            "nobody is asked to set up",
            Optional,
            nothing,
            &[Password],
            done(),
        ),
        (
            "the one factor",
            Optional,
            with_number,
            &[Password],
            Ok(Next::Factor(Factor::SmsMfa)),
        ),
        (
            "several, none preferred",
            Optional,
            two,
            &[Password],
            Ok(Next::SelectFactor(both())),
        ),
        (
            "the factor chosen",
            Optional,
            two,
            &[Password, SMS],
            Ok(Next::Factor(Factor::SmsMfa)),
        ),
        (
            "the factor chosen is right",
            Optional,
            two,
            &[Password, SMS, RIGHT],
            done(),
        ),
        (
            "MFA is required",
            On,
            nothing,
            &[Password],
            Ok(Next::SetUpFactor(any())),
        ),
        (
            "an address set up gets a code",
            On,
            nothing,
            &[Password, Choice(Factor::EmailOtp)],
            Ok(Next::Factor(Factor::EmailOtp)),
        ),
        ("a token set up", On, with_token, &[Password, TOKEN], done()),
        (
            "a new password",
            Off,
            nothing,
            &[Password, NewPassword],
            renewed(),
        ),
        (
            "a new password, then the factor",
            On,
            with_token,
            &[Password, NewPassword],
            Ok(Next::Factor(Factor::SoftwareTokenMfa)),
        ),
        (
            "a new password, then a choice",
            On,
            two,
            &[Password, NewPassword],
            Ok(Next::SelectFactor(both())),
        ),
        (
            "a new password, then a factor to set up",
            On,
            nothing,
            &[Password, NewPassword],
            Ok(Next::SetUpFactor(any())),
        ),
        (
            "a new password and the factor",
            On,
            with_token,
            &[Password, NewPassword, TOKEN],
            renewed(),
        ),
        (
            "a new password, a choice and the factor",
            On,
            two,
            &[Password, NewPassword, SMS, RIGHT],
            renewed(),
        ),
        (
            "who signed up, without one-time tokens",
            On,
            signed_up,
            &[Password],
            Ok(Next::SetUpFactor(any())),
        ),
        (
            "the factor needs no status",
            On,
            |user| user.status = UserStatusType::Unknown,
            &[Password, TOKEN],
            done(),
        ),
    ];
    for (row, mode, change, completed, expected) in rows {
        let (settings, mut user) = scene(mode).await;
        change(&mut user);
        let progress = progress_of(&settings, &user, completed);
        check(&progress, expected, row);
    }
}

#[tokio::test]
async fn one_time_tokens_are_for_who_signed_up_and_had_none() {
    type Change = fn(&mut User);
    let any = || vec![Factor::SmsMfa, Factor::SoftwareTokenMfa, Factor::EmailOtp];
    let rows: [(&str, Change, Next); 4] = [
        (
            "signed up",
            signed_up,
            Next::OneTimeTokens(Source::Authentication, any()),
        ),
        ("made by an administrator", |_| {}, Next::SetUpFactor(any())),
        ("had them", tokens_used, Next::SetUpFactor(any())),
        (
            "has a factor",
            |user| {
                signed_up(user);
                with_token(user);
            },
            Next::Factor(Factor::SoftwareTokenMfa),
        ),
    ];
    for (row, change, expected) in rows {
        let (settings, mut user) = scene(UserPoolMfaType::On).await;
        change(&mut user);
        let progress = Progress {
            settings: &settings,
            user: &user,
            step: &Completed::Password,
            before: &[],
            device: Signing::Untracked,
            defined: None,
            demand: Demand::None,
            one_time_tokens: true,
            hosted: false,
        };
        check(&progress, Ok(expected), row);
    }
}

#[tokio::test]
async fn risk_asks_for_a_factor_that_was_not_turned_on() {
    type Change = fn(&mut User);
    let not_turned_on: Change = |user| {
        with_token(user);
        user.more_mut().mfa.software_token = false;
    };
    let done = || Ok(Next::Tokens(Source::Authentication));
    let token = || Ok(Next::Factor(Factor::SoftwareTokenMfa));
    let blocked = "Unable to login because of security reasons.";
    let rows: [(Demand, Change, Outcome); 5] = [
        (Demand::None, not_turned_on, done()),
        (Demand::IfConfigured, not_turned_on, token()),
        (Demand::IfConfigured, |_| {}, done()),
        (Demand::Required, not_turned_on, token()),
        (Demand::Required, |_| {}, Err(blocked)),
    ];
    for (demand, change, expected) in rows {
        let (settings, mut user) = scene(UserPoolMfaType::Optional).await;
        change(&mut user);
        let progress = Progress {
            settings: &settings,
            user: &user,
            step: &Completed::Password,
            before: &[],
            device: Signing::Untracked,
            defined: None,
            demand,
            one_time_tokens: false,
            hosted: false,
        };
        check(&progress, expected, &format!("{demand:?}"));
    }
}

/// Notes each event's source, and the metadata in it.
struct Noting(Arc<Mutex<Vec<String>>>);

impl Functions for Noting {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> Answering<'a> {
        let event = invocation.event;
        let request = &event["request"];
        let given = |member: &str| request[member]["k"].as_str().unwrap_or("-").to_owned();
        let source = event["triggerSource"].as_str().unwrap();
        let (metadata, validation) = (given("clientMetadata"), given("validationData"));
        let note = format!("{source} {metadata} {validation}");
        self.0.lock().unwrap().push(note);
        Box::pin(std::future::ready(Ok(event)))
    }
}

#[tokio::test]
async fn functions_hear_of_a_new_password_after_the_second_factor_too() {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let mut shared = server(Settings::default());
    shared.functions = Box::new(Noting(Arc::clone(&seen)));
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let members = json!({
        "LambdaConfig": {"PreAuthentication": arn, "PostAuthentication": arn, "PreTokenGeneration": arn},
    });
    let pool = TestPool::on(shared, members, |_| {}).await;
    let mfa = json!({
        "MfaConfiguration": "ON",
        "SmsMfaConfiguration": {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}},
    });
    let mut request = mfa;
    request["UserPoolId"] = json!(pool.id.as_str());
    pool.ok("SetUserPoolMfaConfig", request).await;
    let create = json!({
        "Username": "bob", "TemporaryPassword": PASSWORD, "MessageAction": "SUPPRESS",
        "UserAttributes": attributes([("phone_number", "+12065550839")]),
    });
    pool.ok("AdminCreateUser", create).await;
    let begin = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": PASSWORD},
        "ClientMetadata": {"k": "first"},
    });
    let asked = pool.ok("InitiateAuth", begin).await;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let answer = |name: &str, session: &Value, responses: Value, metadata: &str| {
        json!({
            "ChallengeName": name, "Session": session, "ChallengeResponses": responses,
            "ClientMetadata": {"k": metadata},
        })
    };
    let responses = json!({"USERNAME": "bob", "NEW_PASSWORD": "Def-5678"});
    let request = answer(
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        responses,
        "second",
    );
    let asked = pool.ok("RespondToAuthChallenge", request).await;
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    let responses = json!({"USERNAME": "bob", "SMS_MFA_CODE": pool.code()});
    let request = answer("SMS_MFA", &asked["Session"], responses, "third");
    pool.ok("RespondToAuthChallenge", request).await;
    let expected = [
        "PreAuthentication_Authentication - first",
        "PostAuthentication_Authentication third -",
        "TokenGeneration_NewPasswordChallenge third -",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
    seen.lock().unwrap().clear();
    // What InitiateAuth was told reaches no later function (documented).
    let off = json!({"UserPoolId": pool.id.as_str(), "MfaConfiguration": "OFF"});
    pool.ok("SetUserPoolMfaConfig", off).await;
    let begin = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "bob", "PASSWORD": "Def-5678"},
        "ClientMetadata": {"k": "first"},
    });
    pool.ok("InitiateAuth", begin).await;
    let expected = [
        "PreAuthentication_Authentication - first",
        "PostAuthentication_Authentication - -",
        "TokenGeneration_Authentication - -",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}
