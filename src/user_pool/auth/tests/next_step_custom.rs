//! What follows what in CUSTOM_AUTH, row by row.

use super::*;

#[tokio::test]
async fn custom_auth_asks_the_function_after_what_cognito_asks_itself() {
    use Completed::{NewPassword, Password};
    use UserPoolMfaType::{Off, On, Optional};

    const TOKEN: Completed = Completed::SecondFactor(Factor::SoftwareTokenMfa);
    const SMS: Completed = Completed::SecondFactor(Factor::SmsMfa);
    const MAIL: Completed = Completed::SecondFactor(Factor::EmailOtp);
    let begun = || Completed::CustomAuth { nobody: None };
    let srp_a = || Completed::SrpA(Arc::new(SrpA::parse("1234").unwrap()));
    let answered = |result| Completed::CustomChallenge {
        result,
        metadata: None,
    };
    type Change = fn(&mut User);
    let nothing: Change = |_| {};
    let define = || Ok(Next::Define);
    let rows: [(&str, UserPoolMfaType, Change, Vec<Completed>, Outcome); 14] = [
        ("the name alone", On, with_token, vec![begun()], define()),
        ("SRP_A", On, with_token, vec![begun(), srp_a()], define()),
        (
            "a right answer",
            On,
            with_token,
            vec![begun(), answered(true)],
            define(),
        ),
        (
            "a wrong answer",
            Off,
            nothing,
            vec![begun(), answered(false)],
            define(),
        ),
        (
            "the proof, and no factor",
            Optional,
            nothing,
            vec![begun(), srp_a(), Password],
            define(),
        ),
        (
            "an administrator's password",
            Optional,
            nothing,
            vec![begun(), Password],
            define(),
        ),
        (
            "the proof, and a factor",
            Optional,
            with_number,
            vec![begun(), srp_a(), Password],
            Ok(Next::Factor(Factor::SmsMfa)),
        ),
        (
            "the proof, and nothing set up",
            On,
            signed_up,
            vec![begun(), srp_a(), Password],
            Ok(Next::SetUpFactor(vec![
                Factor::SmsMfa,
                Factor::SoftwareTokenMfa,
                Factor::EmailOtp,
            ])),
        ),
        (
            "a code by SMS",
            Optional,
            with_number,
            vec![begun(), srp_a(), Password, SMS],
            define(),
        ),
        (
            "a code by mail",
            Optional,
            with_number,
            vec![begun(), srp_a(), Password, MAIL],
            define(),
        ),
        (
            "a code of a token",
            Optional,
            with_token,
            vec![begun(), srp_a(), Password, TOKEN],
            Ok(Next::Tokens(Source::Authentication)),
        ),
        (
            "a temporary password",
            Off,
            |user| user.status = UserStatusType::ForceChangePassword,
            vec![begun(), srp_a(), Password],
            Ok(Next::NewPassword),
        ),
        (
            "a new password",
            Off,
            nothing,
            vec![begun(), srp_a(), Password, NewPassword],
            Ok(Next::Tokens(Source::NewPasswordChallenge)),
        ),
        (
            "a new password, then the factor",
            Optional,
            with_number,
            vec![begun(), srp_a(), Password, NewPassword],
            Ok(Next::Factor(Factor::SmsMfa)),
        ),
    ];
    for (row, mode, change, completed, expected) in rows {
        let (settings, mut user) = scene(mode).await;
        change(&mut user);
        let progress = Progress {
            one_time_tokens: true,
            hosted: false,
            ..progress_of(&settings, &user, &completed)
        };
        check(&progress, expected, row);
    }
}

#[tokio::test]
async fn what_the_function_defines_follows() {
    use UserStatusType as Status;

    let a = Arc::new(SrpA::parse("1234").unwrap());
    let begun = |nobody: Option<&str>| Completed::CustomAuth {
        nobody: nobody.map(Arc::from),
    };
    let known = vec![begun(None)];
    let unknown = vec![begun(Some("zoe"))];
    let srp = vec![begun(None), Completed::SrpA(Arc::clone(&a))];
    let wrong = "Incorrect username or password.";
    let tokens = || Ok(Next::Tokens(Source::Authentication));
    let rows: [(&[Completed], Status, Definition, Outcome); 12] = [
        (&known, Status::Confirmed, Definition::Fail, Err(wrong)),
        (&known, Status::Confirmed, Definition::Tokens, tokens()),
        (&unknown, Status::Confirmed, Definition::Tokens, Err(wrong)),
        (
            &known,
            Status::ForceChangePassword,
            Definition::Tokens,
            tokens(),
        ),
        (
            &known,
            Status::Unconfirmed,
            Definition::Tokens,
            Err("User is not confirmed."),
        ),
        (
            &srp,
            Status::ResetRequired,
            Definition::Tokens,
            Err("Password reset required for the user"),
        ),
        (
            &known,
            Status::Confirmed,
            Definition::CustomChallenge,
            Ok(Next::CustomChallenge),
        ),
        (
            &unknown,
            Status::Confirmed,
            Definition::CustomChallenge,
            Ok(Next::CustomChallenge),
        ),
        (
            &srp,
            Status::Confirmed,
            Definition::PasswordVerifier,
            Ok(Next::ProvePassword(Arc::clone(&a))),
        ),
        (
            &known,
            Status::Confirmed,
            Definition::PasswordVerifier,
            Err("Missing required parameter SRP_A"),
        ),
        (
            &known,
            Status::Confirmed,
            Definition::Factor(Factor::SmsMfa),
            Ok(Next::NamedFactor(Factor::SmsMfa)),
        ),
        (
            &known,
            Status::Confirmed,
            Definition::Factor(Factor::SoftwareTokenMfa),
            Ok(Next::NamedFactor(Factor::SoftwareTokenMfa)),
        ),
    ];
    for (completed, status, defined, expected) in rows {
        let (settings, mut user) = scene(UserPoolMfaType::Off).await;
        user.status = status;
        let (step, before) = completed.split_last().unwrap();
        let progress = Progress {
            settings: &settings,
            user: &user,
            step,
            before,
            device: Signing::Untracked,
            defined: Some(defined),
            demand: Demand::None,
            one_time_tokens: false,
            hosted: false,
        };
        check(&progress, expected, &format!("{status} {defined:?}"));
    }
}
