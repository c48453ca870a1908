//! TOTP: set-up by access token and by session, sign-in, and what is refused.

use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeError;
use aws_sdk_cognitoidentityprovider::operation::verify_software_token::VerifySoftwareTokenError;
use aws_sdk_cognitoidentityprovider::types::{
    ChallengeNameType, SoftwareTokenMfaSettingsType, VerifySoftwareTokenResponseType,
};

use crate::authenticator::{fresh_code, totp_code, wrong_code};
use crate::poolhouse::{
    BOBS_TOTP_SECRET, PASSWORD, PUBLIC_CLIENT, Poolhouse, TOTP_CLIENT, TOTP_POOL, access_token,
};
use crate::refusal::refused;

/// The session of bob's TOTP challenge.
async fn bobs_session(server: &Poolhouse) -> String {
    let answer = server.signed_in("bob").await;
    assert_eq!(
        answer.challenge_name(),
        Some(&ChallengeNameType::SoftwareTokenMfa),
        "{answer:?}"
    );
    assert!(answer.authentication_result().is_none(), "{answer:?}");
    answer.session().expect("a session").to_owned()
}

#[tokio::test]
async fn from_sign_up_to_a_sign_in_with_a_code_of_the_authenticator_app() {
    let server = Poolhouse::start().await;
    server.sign_up("sam").send().await.expect("SignUp");
    let code = server.code_sent_to("sam").await;
    let confirm = server
        .sdk
        .confirm_sign_up()
        .client_id(PUBLIC_CLIENT)
        .username("sam")
        .confirmation_code(code);
    confirm.send().await.expect("ConfirmSignUp");
    let signed_in = server.signed_in("sam").await;
    let token = access_token(&signed_in);

    let associate = server.sdk.associate_software_token().access_token(token);
    let associated = associate.send().await.expect("AssociateSoftwareToken");
    let secret = associated.secret_code().expect("a secret");
    let verify = |code: String| {
        server
            .sdk
            .verify_software_token()
            .access_token(token)
            .user_code(code)
    };
    refused!(
        verify(wrong_code(&server, secret).await),
        VerifySoftwareTokenError::EnableSoftwareTokenMfaException,
        "Code mismatch"
    );
    let used = totp_code(&server, secret).await;
    let verified = verify(used.clone())
        .send()
        .await
        .expect("VerifySoftwareToken");
    assert_eq!(
        verified.status(),
        Some(&VerifySoftwareTokenResponseType::Success)
    );
    let preferred = SoftwareTokenMfaSettingsType::builder()
        .enabled(true)
        .preferred_mfa(true)
        .build();
    let prefer = server
        .sdk
        .set_user_mfa_preference()
        .access_token(token)
        .software_token_mfa_settings(preferred);
    prefer.send().await.expect("SetUserMFAPreference");

    let challenge = server.signed_in("sam").await;
    assert_eq!(
        challenge.challenge_name(),
        Some(&ChallengeNameType::SoftwareTokenMfa),
        "{challenge:?}"
    );
    let session = challenge.session().expect("a session");
    refused!(
        server.answer_totp("sam", session, &used),
        RespondToAuthChallengeError::ExpiredCodeException,
        "Your software token has already been used once."
    );
    let code = fresh_code(&server, secret).await;
    let answer = server
        .answer_totp("sam", session, &code)
        .send()
        .await
        .expect("RespondToAuthChallenge");
    assert!(answer.authentication_result().is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_pool_that_requires_totp_hands_out_no_tokens_before_it_is_set_up() {
    let server = Poolhouse::start_with_totp_pool().await;
    server.new_user("sam", TOTP_POOL, TOTP_CLIENT).await;
    let sign_in = server.sign_in("sam", PASSWORD).client_id(TOTP_CLIENT);
    let setup = sign_in.clone().send().await.expect("InitiateAuth");
    assert_eq!(
        setup.challenge_name(),
        Some(&ChallengeNameType::MfaSetup),
        "{setup:?}"
    );
    assert!(setup.authentication_result().is_none(), "{setup:?}");

    let associate = server
        .sdk
        .associate_software_token()
        .set_session(setup.session().map(String::from));
    let associated = associate.send().await.expect("AssociateSoftwareToken");
    let code = totp_code(&server, associated.secret_code().expect("a secret")).await;
    let session = associated.session().expect("a session");
    let verify = server
        .sdk
        .verify_software_token()
        .session(session)
        .user_code(code);
    let verified = verify.send().await.expect("VerifySoftwareToken");
    let finish = server
        .sdk
        .respond_to_auth_challenge()
        .client_id(TOTP_CLIENT)
        .challenge_name(ChallengeNameType::MfaSetup)
        .session(verified.session().expect("a session"))
        .challenge_responses("USERNAME", "sam");
    let done = finish.send().await.expect("RespondToAuthChallenge");
    assert!(done.authentication_result().is_some(), "{done:?}");
    let again = sign_in.send().await.expect("InitiateAuth");
    assert_eq!(
        again.challenge_name(),
        Some(&ChallengeNameType::SoftwareTokenMfa),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_the_right_one_still_signs_in() {
    let server = Poolhouse::start().await;
    let session = bobs_session(&server).await;
    let wrong = wrong_code(&server, BOBS_TOTP_SECRET).await;
    refused!(
        server.answer_totp("bob", &session, &wrong),
        RespondToAuthChallengeError::CodeMismatchException,
        "Invalid code received for user"
    );
    let code = totp_code(&server, BOBS_TOTP_SECRET).await;
    server
        .answer_totp("bob", &session, &code)
        .send()
        .await
        .expect("RespondToAuthChallenge");
}

#[tokio::test]
async fn a_used_code_and_a_used_session_are_refused() {
    let server = Poolhouse::start().await;
    let session = bobs_session(&server).await;
    let used = totp_code(&server, BOBS_TOTP_SECRET).await;
    server
        .answer_totp("bob", &session, &used)
        .send()
        .await
        .expect("RespondToAuthChallenge");
    let fresh = fresh_code(&server, BOBS_TOTP_SECRET).await;
    refused!(
        server.answer_totp("bob", &session, &fresh),
        RespondToAuthChallengeError::NotAuthorizedException,
        "Invalid session for the user, session can only be used once."
    );
    let next = bobs_session(&server).await;
    refused!(
        server.answer_totp("bob", &next, &used),
        RespondToAuthChallengeError::ExpiredCodeException,
        "Your software token has already been used once."
    );
}

#[tokio::test]
async fn a_session_expires_after_three_minutes() {
    let server = Poolhouse::start().await;
    let session = bobs_session(&server).await;
    server.advance_clock("181s").await;
    let code = totp_code(&server, BOBS_TOTP_SECRET).await;
    refused!(
        server.answer_totp("bob", &session, &code),
        RespondToAuthChallengeError::NotAuthorizedException,
        "Invalid session for the user, session is expired."
    );
}
