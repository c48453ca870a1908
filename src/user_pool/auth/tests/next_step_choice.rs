//! What follows in USER_AUTH, row by row.

use super::*;
use crate::model::cognito_idp::{WebAuthnConfigurationType, WebAuthnFactorConfigurationType};

const CHOSEN: Completed = Completed::Chosen { nobody: None };
const CODE: Completed = Completed::OneTimeCode(Contact::Email);
const VERIFIED: Completed = Completed::Passkey {
    user_verified: true,
    roaming: false,
};
const PRESENT: Completed = Completed::Passkey {
    user_verified: false,
    roaming: false,
};

/// Has passkeys count as MFA.
fn as_mfa(settings: &mut PoolSettings, user: &mut User) {
    settings.mfa.web_authn = Some(WebAuthnConfigurationType {
        factor_configuration: Some(
            WebAuthnFactorConfigurationType::MultiFactorWithUserVerification,
        ),
        ..WebAuthnConfigurationType::default()
    });
    user.more_mut().mfa.web_authn = true;
}

const DONE: Outcome = Ok(Next::Tokens(Source::Authentication));
const AGAIN: Outcome = Err("Invalid session for the user.");
const BLOCKED: Outcome = Err("Unable to login because of security reasons.");

fn progress<'a>(
    settings: &'a PoolSettings,
    user: &'a User,
    step: &'a Completed,
    demand: Demand,
) -> Progress<'a> {
    Progress {
        settings,
        user,
        step,
        before: &[CHOSEN],
        device: Signing::Untracked,
        defined: None,
        demand,
        one_time_tokens: false,
        hosted: false,
    }
}

#[tokio::test]
async fn a_password_that_was_chosen_leads_on_like_any() {
    let (settings, mut user) = scene(UserPoolMfaType::On).await;
    with_token(&mut user);
    let token = Ok(Next::Factor(Factor::SoftwareTokenMfa));
    check(
        &progress(&settings, &user, &Completed::Password, Demand::None),
        token,
        "MFA",
    );
    user.status = UserStatusType::ForceChangePassword;
    check(
        &progress(&settings, &user, &Completed::Password, Demand::None),
        Ok(Next::NewPassword),
        "a temporary password",
    );
    let right = Completed::SecondFactor(Factor::SoftwareTokenMfa);
    check(
        &progress(&settings, &user, &right, Demand::None),
        DONE,
        "the factor",
    );
}

#[tokio::test]
async fn a_first_factor_without_a_password_is_all_or_nothing() {
    use UserPoolMfaType::{Off, On, Optional};

    type Change = fn(&mut PoolSettings, &mut User);
    let nothing: Change = |_, _| {};
    let with_token: Change = |_, user| with_token(user);
    let with_both: Change = |settings, user| {
        super::with_token(user);
        as_mfa(settings, user);
    };
    let not_for_user: Change = |settings, user| {
        super::with_token(user);
        as_mfa(settings, user);
        user.more_mut().mfa.web_authn = false;
    };
    let rows: [(&str, UserPoolMfaType, Change, Completed, Outcome); 14] = [
        ("a code", Off, nothing, CODE, DONE),
        ("a sign-up", Off, nothing, Completed::SignedUp, DONE),
        ("a passkey", Off, nothing, PRESENT, DONE),
        ("MFA is off", Off, with_token, CODE, DONE),
        ("MFA is nobody's", Optional, nothing, CODE, DONE),
        ("MFA is the user's", Optional, with_token, CODE, AGAIN),
        (
            "after a sign-up",
            Optional,
            with_token,
            Completed::SignedUp,
            AGAIN,
        ),
        ("after a passkey", Optional, with_token, PRESENT, AGAIN),
        ("MFA is everybody's", On, nothing, CODE, AGAIN),
        (
            "a passkey alone is no MFA",
            Optional,
            with_token,
            VERIFIED,
            AGAIN,
        ),
        ("nor where it must be", On, nothing, VERIFIED, AGAIN),
        (
            "nor without its user's wish",
            Optional,
            not_for_user,
            VERIFIED,
            AGAIN,
        ),
        ("a passkey is both", Optional, with_both, VERIFIED, DONE),
        ("where it must be, too", On, as_mfa, VERIFIED, DONE),
    ];
    for (row, mode, change, step, expected) in rows {
        let (mut settings, mut user) = scene(mode).await;
        change(&mut settings, &mut user);
        check(
            &progress(&settings, &user, &step, Demand::None),
            expected,
            row,
        );
    }
}

#[tokio::test]
async fn the_state_of_the_account_counts_for_every_first_factor() {
    use UserStatusType as Status;

    let (settings, mut user) = scene(UserPoolMfaType::Off).await;
    let rows: [(Status, Outcome); 8] = [
        (Status::Unconfirmed, Err("User is not confirmed.")),
        (
            Status::ResetRequired,
            Err("Password reset required for the user"),
        ),
        (Status::ForceChangePassword, AGAIN),
        (Status::Confirmed, DONE),
        (Status::Archived, DONE),
        (Status::Compromised, DONE),
        (Status::Unknown, DONE),
        (Status::ExternalProvider, AGAIN),
    ];
    for (status, expected) in rows {
        user.status = status;
        for step in [CODE, PRESENT, VERIFIED, Completed::SignedUp] {
            let row = format!("{status} {step:?}");
            check(
                &progress(&settings, &user, &step, Demand::None),
                expected.clone(),
                &row,
            );
        }
    }
}

#[tokio::test]
async fn risk_that_requires_a_second_factor_blocks_who_can_have_none() {
    for (demand, is_mfa, step, expected) in [
        (Demand::Required, false, CODE, BLOCKED),
        (Demand::Required, false, PRESENT, BLOCKED),
        (Demand::Required, false, VERIFIED, BLOCKED),
        (Demand::Required, true, VERIFIED, DONE),
        (Demand::Required, true, PRESENT, BLOCKED),
        (Demand::IfConfigured, false, CODE, DONE),
    ] {
        let (mut settings, mut user) = scene(UserPoolMfaType::Optional).await;
        if is_mfa {
            as_mfa(&mut settings, &mut user);
        }
        let row = format!("{demand:?} {is_mfa} {step:?}");
        check(&progress(&settings, &user, &step, demand), expected, &row);
    }
}

#[tokio::test]
async fn the_choice_alone_leads_nowhere() {
    let (settings, user) = scene(UserPoolMfaType::Off).await;
    let wrong = Err("Incorrect username or password.");
    check(
        &progress(&settings, &user, &CHOSEN, Demand::None),
        wrong,
        "no factor is proven",
    );
}

#[tokio::test]
async fn a_remembered_device_proves_itself_behind_any_first_factor() {
    let id = Uuid::from_u128(7);
    for (row, mode, first, expected) in [
        ("a code", UserPoolMfaType::Off, CODE, Ok(())),
        ("a passkey", UserPoolMfaType::Off, PRESENT, Ok(())),
        ("a passkey is both", UserPoolMfaType::On, VERIFIED, Ok(())),
        ("MFA is asked meanwhile", UserPoolMfaType::On, CODE, Err(())),
    ] {
        let (mut settings, mut user) = scene(mode).await;
        as_mfa(&mut settings, &mut user);
        let remembered = |step, before| Progress {
            device: Signing::Remembered(id),
            before,
            ..progress(&settings, &user, step, Demand::None)
        };
        let expected = |next: Next| expected.map_or(AGAIN, |()| Ok(next));
        let asked = expected(Next::Device(id));
        check(&remembered(&first, &[CHOSEN]), asked, row);
        let done = expected(Next::Tokens(Source::AuthenticateDevice));
        let before = [CHOSEN, first.clone()];
        check(&remembered(&Completed::Device, &before), done, row);
    }
}
