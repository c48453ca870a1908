//! Where the challenge of a device stands, row by row.

use super::*;
use crate::model::cognito_idp::DeviceConfigurationType;

const ID: Uuid = Uuid::from_u128(7);
const REMEMBERED: Signing = Signing::Remembered(ID);
const KNOWN: Signing = Signing::Known(ID);
const TOKEN: Completed = Completed::SecondFactor(Factor::SoftwareTokenMfa);
const SMS: Completed = Completed::SecondFactor(Factor::SmsMfa);

/// ChallengeRequiredOnNewDevice, then DeviceOnlyRememberedOnUserPrompt.
async fn tracking(mode: UserPoolMfaType, spares: bool, asks: bool) -> (PoolSettings, User) {
    let (mut settings, user) = scene(mode).await;
    settings.device = Some(DeviceConfigurationType {
        challenge_required_on_new_device: Some(spares),
        device_only_remembered_on_user_prompt: Some(asks),
    });
    (settings, user)
}

fn progress<'p>(
    scene: &'p (PoolSettings, User),
    completed: &'p [Completed],
    device: Signing,
) -> Progress<'p> {
    let (step, before) = completed.split_last().unwrap();
    Progress {
        settings: &scene.0,
        user: &scene.1,
        step,
        before,
        device,
        defined: None,
        demand: Demand::None,
        one_time_tokens: false,
        hosted: false,
    }
}

#[tokio::test]
async fn a_remembered_device_proves_itself_last_and_may_spare_the_factor() {
    use Completed::{Device, NewPassword, Password};
    use UserPoolMfaType::{Off, On, Optional};

    const SPARES: bool = true;
    const MFA_TOO: bool = false;
    type Change = fn(&mut User);
    let nothing: Change = |_| {};
    let two: Change = |user| {
        with_token(user);
        with_number(user);
    };
    let asked = || Ok(Next::Device(ID));
    let token = || Ok(Next::Factor(Factor::SoftwareTokenMfa));
    let proven = || Ok(Next::Tokens(Source::AuthenticateDevice));
    let plain = || Ok(Next::Tokens(Source::Authentication));
    let set_up = || {
        Ok(Next::SetUpFactor(vec![
            Factor::SmsMfa,
            Factor::SoftwareTokenMfa,
            Factor::EmailOtp,
        ]))
    };
    type Row<'r> = (
        UserPoolMfaType,
        bool,
        Change,
        Signing,
        &'r [Completed],
        Outcome,
    );
    let rows: [Row<'_>; 22] = [
        // No factor is owed.
        (Off, SPARES, two, REMEMBERED, &[Password], asked()),
        (Off, MFA_TOO, nothing, REMEMBERED, &[Password], asked()),
        (Off, SPARES, two, REMEMBERED, &[Password, Device], proven()),
        (Optional, MFA_TOO, nothing, REMEMBERED, &[Password], asked()),
        (Off, SPARES, two, KNOWN, &[Password], plain()),
        (Off, SPARES, two, Signing::New, &[Password], plain()),
        // The device stands in for the factor.
        (On, SPARES, with_token, REMEMBERED, &[Password], asked()),
        (On, SPARES, two, REMEMBERED, &[Password], asked()),
        (
            On,
            SPARES,
            with_token,
            REMEMBERED,
            &[Password, Device],
            proven(),
        ),
        (Optional, SPARES, two, REMEMBERED, &[Password], asked()),
        // It doesn't.
        (On, SPARES, with_token, KNOWN, &[Password], token()),
        (On, SPARES, with_token, Signing::New, &[Password], token()),
        (
            On,
            SPARES,
            with_token,
            Signing::Untracked,
            &[Password],
            token(),
        ),
        (On, MFA_TOO, with_token, REMEMBERED, &[Password], token()),
        (
            On,
            MFA_TOO,
            with_token,
            REMEMBERED,
            &[Password, TOKEN],
            asked(),
        ),
        (
            On,
            MFA_TOO,
            with_token,
            REMEMBERED,
            &[Password, TOKEN, Device],
            proven(),
        ),
        (On, MFA_TOO, with_token, KNOWN, &[Password, TOKEN], plain()),
        (On, SPARES, nothing, REMEMBERED, &[Password], set_up()),
        (
            On,
            SPARES,
            with_token,
            REMEMBERED,
            &[Password, TOKEN],
            asked(),
        ),
        // It is no longer remembered when it has proven itself.
        (On, SPARES, with_token, KNOWN, &[Password, Device], token()),
        (
            On,
            SPARES,
            with_token,
            KNOWN,
            &[Password, Device, TOKEN],
            proven(),
        ),
        (
            On,
            SPARES,
            with_token,
            REMEMBERED,
            &[Password, NewPassword],
            asked(),
        ),
    ];
    for (mode, spares, change, device, completed, expected) in rows {
        for asks in [false, true] {
            let mut scene = tracking(mode, spares, asks).await;
            change(&mut scene.1);
            let row = format!("{mode:?} {spares} {device:?} {completed:?}");
            check(&progress(&scene, completed, device), expected.clone(), &row);
        }
    }
}

#[tokio::test]
async fn risk_counts_for_a_device_that_its_user_chose_to_remember() {
    let token = || Ok(Next::Factor(Factor::SoftwareTokenMfa));
    let asked = || Ok(Next::Device(ID));
    let rows: [(bool, bool, Signing, Outcome); 5] = [
        (true, false, REMEMBERED, asked()),
        (true, true, REMEMBERED, token()),
        (false, false, REMEMBERED, token()),
        (true, false, KNOWN, token()),
        (true, false, Signing::New, token()),
    ];
    for (spares, asks, device, expected) in rows {
        let mut scene = tracking(UserPoolMfaType::Optional, spares, asks).await;
        with_token(&mut scene.1);
        let progress = Progress {
            demand: Demand::Required,
            ..progress(&scene, &[Completed::Password], device)
        };
        check(&progress, expected, &format!("{spares} {asks} {device:?}"));
    }
}

#[tokio::test]
async fn in_custom_auth_the_device_comes_after_issue_tokens() {
    use Completed::{Device, Password};

    let begun = || Completed::CustomAuth { nobody: None };
    let srp_a = || Completed::SrpA(Arc::new(SrpA::parse("1234").unwrap()));
    let right = || Completed::CustomChallenge {
        result: true,
        metadata: None,
    };
    let token = || Ok(Next::Factor(Factor::SoftwareTokenMfa));
    let asked = || Ok(Next::Device(ID));
    let proven = || Ok(Next::Tokens(Source::AuthenticateDevice));
    let issue = Some(Definition::Tokens);
    let rows: [(Vec<Completed>, Option<Definition>, Signing, Outcome); 10] = [
        (vec![begun(), right()], None, REMEMBERED, Ok(Next::Define)),
        (vec![begun(), right()], issue, REMEMBERED, asked()),
        (vec![begun(), right(), Device], None, REMEMBERED, proven()),
        // Without a password nothing asks for MFA.
        (vec![begun(), right(), Device], None, KNOWN, proven()),
        (
            vec![begun(), srp_a(), Password],
            None,
            REMEMBERED,
            Ok(Next::Define),
        ),
        (vec![begun(), srp_a(), Password], issue, REMEMBERED, asked()),
        (
            vec![begun(), srp_a(), Password, right(), Device],
            None,
            REMEMBERED,
            proven(),
        ),
        // It was to stand in for the factor, and was taken back.
        (
            vec![begun(), srp_a(), Password, right()],
            issue,
            KNOWN,
            token(),
        ),
        (
            vec![begun(), srp_a(), Password, right(), Device],
            None,
            KNOWN,
            token(),
        ),
        (
            vec![begun(), srp_a(), Password, SMS, right()],
            issue,
            REMEMBERED,
            asked(),
        ),
    ];
    for (completed, defined, device, expected) in rows {
        let mut scene = tracking(UserPoolMfaType::On, true, false).await;
        with_token(&mut scene.1);
        let progress = Progress {
            defined,
            ..progress(&scene, &completed, device)
        };
        check(&progress, expected, &format!("{completed:?} {device:?}"));
    }
}

#[tokio::test]
async fn nobody_is_let_in_by_a_device_whose_account_may_not_sign_in() {
    let rows = [
        (
            UserStatusType::ResetRequired,
            "Password reset required for the user",
        ),
        (UserStatusType::Unconfirmed, "User is not confirmed."),
    ];
    for (status, sentence) in rows {
        let mut scene = tracking(UserPoolMfaType::Off, true, false).await;
        scene.1.status = status;
        let completed = [Completed::Password, Completed::Device];
        check(
            &progress(&scene, &completed, REMEMBERED),
            Err(sentence),
            sentence,
        );
    }
}
