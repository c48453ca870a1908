//! Sign-up, the code by e-mail, and what is refused.

use aws_sdk_cognitoidentityprovider::operation::confirm_sign_up::ConfirmSignUpError;
use aws_sdk_cognitoidentityprovider::operation::confirm_sign_up::builders::ConfirmSignUpFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthError;
use aws_sdk_cognitoidentityprovider::operation::sign_up::SignUpError;
use aws_sdk_cognitoidentityprovider::types::DeliveryMediumType;

use crate::poolhouse::{PASSWORD, PUBLIC_CLIENT, Poolhouse, access_token};
use crate::refusal::refused;

fn confirm(server: &Poolhouse, username: &str, code: &str) -> ConfirmSignUpFluentBuilder {
    server
        .sdk
        .confirm_sign_up()
        .client_id(PUBLIC_CLIENT)
        .username(username)
        .confirmation_code(code)
}

#[tokio::test]
async fn a_new_user_confirms_with_the_code_from_the_e_mail_and_signs_in() {
    let server = Poolhouse::start().await;
    let signed_up = server.sign_up("sam").send().await.expect("SignUp");
    assert!(!signed_up.user_confirmed(), "{signed_up:?}");
    let delivery = signed_up.code_delivery_details().expect("a code was sent");
    assert_eq!(delivery.destination(), Some("s***@e***"));
    assert_eq!(delivery.delivery_medium(), Some(&DeliveryMediumType::Email));
    assert_eq!(delivery.attribute_name(), Some("email"));
    refused!(
        server.sign_in("sam", PASSWORD),
        InitiateAuthError::UserNotConfirmedException,
        "User is not confirmed."
    );

    let code = server.code_sent_to("sam").await;
    confirm(&server, "sam", &code)
        .send()
        .await
        .expect("ConfirmSignUp");
    let signed_in = server.signed_in("sam").await;
    let user = server
        .sdk
        .get_user()
        .access_token(access_token(&signed_in))
        .send()
        .await
        .expect("GetUser");
    let attribute = |name: &str| {
        let found = user
            .user_attributes()
            .iter()
            .find(|attribute| attribute.name() == name);
        found.and_then(|attribute| attribute.value())
    };
    assert_eq!(user.username(), "sam");
    assert_eq!(attribute("sub"), Some(signed_up.user_sub()));
    assert_eq!(attribute("email_verified"), Some("true"));
}

#[tokio::test]
async fn a_taken_name_and_a_weak_password_are_refused() {
    let server = Poolhouse::start().await;
    refused!(
        server.sign_up("alice"),
        SignUpError::UsernameExistsException,
        "User already exists"
    );
    refused!(
        server.sign_up("sam").password("poolhouse-1"),
        SignUpError::InvalidPasswordException,
        "Password did not conform with policy: Password must have uppercase characters"
    );
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_an_expired_one_too() {
    let server = Poolhouse::start().await;
    server.sign_up("sam").send().await.expect("SignUp");
    let code = server.code_sent_to("sam").await;
    let wrong = if code == "000000" { "111111" } else { "000000" };
    refused!(
        confirm(&server, "sam", wrong),
        ConfirmSignUpError::CodeMismatchException,
        "Invalid verification code provided, please try again."
    );
    server.advance_clock("24h").await;
    server.advance_clock("1s").await;
    refused!(
        confirm(&server, "sam", &code),
        ConfirmSignUpError::ExpiredCodeException,
        "Invalid code provided, please request a code again."
    );
}
