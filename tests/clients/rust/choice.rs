//! USER_AUTH: the user chooses among password, codes and a passkey.

use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::initiate_auth::builders::InitiateAuthFluentBuilder;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeError;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::builders::RespondToAuthChallengeFluentBuilder;
use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, AuthFactorType, AuthFlowType, ChallengeNameType, ExplicitAuthFlowsType,
    SignInPolicyType, UserPoolMfaType, UserPoolPolicyType, UserVerificationType,
    WebAuthnConfigurationType,
};
use aws_smithy_types::{Document, Number};
use serde_json::{Value, json};

use crate::poolhouse::{PASSWORD, Poolhouse, access_token};
use crate::refusal::refused;

const WRONG: &str = "Incorrect username or password.";
const USED: &str = "Invalid session for the user, session can only be used once.";

/// A pool where users sign in by password, code or passkey, and its client.
struct Choices<'a> {
    server: &'a Poolhouse,
    pool: String,
    client: String,
}

impl<'a> Choices<'a> {
    async fn make(server: &'a Poolhouse) -> Self {
        use AuthFactorType::{EmailOtp, Password, WebAuthn};
        let factors = SignInPolicyType::builder()
            .set_allowed_first_auth_factors(Some(vec![Password, EmailOtp, WebAuthn]))
            .build();
        let policies = UserPoolPolicyType::builder()
            .sign_in_policy(factors)
            .build();
        let sdk = &server.sdk;
        let made = sdk
            .create_user_pool()
            .pool_name("choices")
            .policies(policies);
        let made = made.send().await.expect("CreateUserPool");
        let pool = made.user_pool().and_then(|pool| pool.id()).expect("an id");
        let passkeys = WebAuthnConfigurationType::builder()
            .relying_party_id("example.com")
            .user_verification(UserVerificationType::Required)
            .build();
        sdk.set_user_pool_mfa_config()
            .user_pool_id(pool)
            .mfa_configuration(UserPoolMfaType::Off)
            .web_authn_configuration(passkeys)
            .send()
            .await
            .expect("SetUserPoolMfaConfig");
        let made = sdk
            .create_user_pool_client()
            .user_pool_id(pool)
            .client_name("choices")
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserAuth)
            .send()
            .await
            .expect("CreateUserPoolClient");
        let client = made
            .user_pool_client()
            .and_then(|client| client.client_id());
        Self {
            server,
            pool: pool.to_owned(),
            client: client.expect("an id").to_owned(),
        }
    }

    async fn add_user(&self, username: &str) {
        let attribute = |name: &str, value: &str| {
            let attribute = AttributeType::builder().name(name).value(value);
            attribute.build().expect("a name is given")
        };
        let sdk = &self.server.sdk;
        sdk.admin_create_user()
            .user_pool_id(&self.pool)
            .username(username)
            .user_attributes(attribute("email", "ann@example.com"))
            .user_attributes(attribute("email_verified", "true"))
            .send()
            .await
            .expect("AdminCreateUser");
        sdk.admin_set_user_password()
            .user_pool_id(&self.pool)
            .username(username)
            .password(PASSWORD)
            .permanent(true)
            .send()
            .await
            .expect("AdminSetUserPassword");
    }

    fn begin(&self, username: &str, preferred: Option<&str>) -> InitiateAuthFluentBuilder {
        let start = self
            .server
            .sdk
            .initiate_auth()
            .client_id(&self.client)
            .auth_flow(AuthFlowType::UserAuth)
            .auth_parameters("USERNAME", username);
        match preferred {
            Some(factor) => start.auth_parameters("PREFERRED_CHALLENGE", factor),
            None => start,
        }
    }

    async fn challenge(&self, username: &str, preferred: Option<&str>) -> InitiateAuthOutput {
        let start = self.begin(username, preferred);
        start.send().await.expect("InitiateAuth")
    }

    /// An answer to this challenge, by its name.
    fn answer(
        &self,
        challenge: &InitiateAuthOutput,
        name: ChallengeNameType,
        username: &str,
    ) -> RespondToAuthChallengeFluentBuilder {
        self.server
            .sdk
            .respond_to_auth_challenge()
            .client_id(&self.client)
            .challenge_name(name)
            .set_session(challenge.session().map(String::from))
            .challenge_responses("USERNAME", username)
    }

    /// Registers a passkey of the software authenticator.
    async fn register(&self, username: &str) {
        let signed_in = self.begin(username, Some("PASSWORD"));
        let signed_in = signed_in.auth_parameters("PASSWORD", PASSWORD);
        let signed_in = signed_in.send().await.expect("InitiateAuth");
        let token = access_token(&signed_in);
        let sdk = &self.server.sdk;
        let started = sdk.start_web_authn_registration().access_token(token);
        let started = started.send().await.expect("StartWebAuthnRegistration");
        let options = json_of(started.credential_creation_options());
        let credential = self.server.passkey("create", options, json!({})).await;
        sdk.complete_web_authn_registration()
            .access_token(token)
            .credential(document_of(&credential))
            .send()
            .await
            .expect("CompleteWebAuthnRegistration");
    }

    /// The credential that the passkey signs for this challenge, as text.
    async fn signed(&self, challenge: &InitiateAuthOutput, behaviour: Value) -> String {
        assert_eq!(
            challenge.challenge_name(),
            Some(&ChallengeNameType::WebAuthn),
            "{challenge:?}"
        );
        let options = challenge
            .challenge_parameters()
            .and_then(|parameters| parameters.get("CREDENTIAL_REQUEST_OPTIONS"))
            .unwrap_or_else(|| panic!("no options in {challenge:?}"));
        self.server
            .passkey("get", json!(options), behaviour)
            .await
            .to_string()
    }
}

#[tokio::test]
async fn the_password_is_chosen_and_another_one_ends_the_sign_in() {
    let server = Poolhouse::start().await;
    let pool = Choices::make(&server).await;
    pool.add_user("ann").await;
    let choice = pool.challenge("ann", None).await;
    assert_eq!(
        choice.challenge_name(),
        Some(&ChallengeNameType::SelectChallenge),
        "{choice:?}"
    );
    let mut offered: Vec<_> = choice
        .available_challenges()
        .iter()
        .map(|name| name.as_str())
        .collect();
    offered.sort_unstable();
    assert_eq!(offered, ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]);
    let choose = |challenge: &InitiateAuthOutput, password: &str| {
        pool.answer(challenge, ChallengeNameType::SelectChallenge, "ann")
            .challenge_responses("ANSWER", "PASSWORD")
            .challenge_responses("PASSWORD", password)
    };
    refused!(
        choose(&choice, "Poolhouse-2"),
        RespondToAuthChallengeError::NotAuthorizedException,
        WRONG
    );
    refused!(
        choose(&choice, PASSWORD),
        RespondToAuthChallengeError::NotAuthorizedException,
        USED
    );
    let again = pool.challenge("ann", None).await;
    let answer = choose(&again, PASSWORD)
        .send()
        .await
        .expect("RespondToAuthChallenge");
    assert!(answer.authentication_result().is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_code_by_mail_signs_in_and_another_does_not() {
    let server = Poolhouse::start().await;
    let pool = Choices::make(&server).await;
    pool.add_user("ann").await;
    let challenge = pool.challenge("ann", Some("EMAIL_OTP")).await;
    assert_eq!(
        challenge.challenge_name(),
        Some(&ChallengeNameType::EmailOtp),
        "{challenge:?}"
    );
    let code = server.code_sent_to("ann").await;
    let other = if code == "00000000" {
        "11111111"
    } else {
        "00000000"
    };
    let give = |code: &str| {
        pool.answer(&challenge, ChallengeNameType::EmailOtp, "ann")
            .challenge_responses("EMAIL_OTP_CODE", code)
    };
    refused!(
        give(other),
        RespondToAuthChallengeError::CodeMismatchException,
        "Invalid code or auth state for the user."
    );
    let answer = give(&code).send().await.expect("RespondToAuthChallenge");
    assert!(answer.authentication_result().is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_passkey_signs_in_once_and_not_from_another_site() {
    let server = Poolhouse::start().await;
    let pool = Choices::make(&server).await;
    pool.add_user("ann").await;
    pool.register("ann").await;
    let give = |challenge: &InitiateAuthOutput, credential: String| {
        pool.answer(challenge, ChallengeNameType::WebAuthn, "ann")
            .challenge_responses("CREDENTIAL", credential)
    };
    for behaviour in [
        json!({"origin": "https://example.org"}),
        json!({"userVerified": false}),
    ] {
        let challenge = pool.challenge("ann", Some("WEB_AUTHN")).await;
        let credential = pool.signed(&challenge, behaviour).await;
        refused!(
            give(&challenge, credential.clone()),
            RespondToAuthChallengeError::NotAuthorizedException,
            WRONG
        );
    }
    let challenge = pool.challenge("ann", Some("WEB_AUTHN")).await;
    let credential = pool.signed(&challenge, json!({})).await;
    let answer = give(&challenge, credential.clone())
        .send()
        .await
        .expect("RespondToAuthChallenge");
    assert!(answer.authentication_result().is_some(), "{answer:?}");
    refused!(
        give(&challenge, credential.clone()),
        RespondToAuthChallengeError::NotAuthorizedException,
        USED
    );
}

/// The SDK's documents are JSON of its own.
fn json_of(document: &Document) -> Value {
    match document {
        Document::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), json_of(value)))
            .collect(),
        Document::Array(items) => items.iter().map(json_of).collect(),
        Document::Number(number) => match *number {
            Number::PosInt(value) => json!(value),
            Number::NegInt(value) => json!(value),
            Number::Float(value) => json!(value),
        },
        Document::String(text) => json!(text),
        Document::Bool(value) => json!(value),
        Document::Null => Value::Null,
    }
}

fn document_of(value: &Value) -> Document {
    match value {
        Value::Object(members) => Document::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), document_of(value)))
                .collect(),
        ),
        Value::Array(items) => Document::Array(items.iter().map(document_of).collect()),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => Number::PosInt(value),
            (None, Some(value)) => Number::NegInt(value),
            (None, None) => Number::Float(number.as_f64().expect("a number")),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Bool(value) => Document::Bool(*value),
        Value::Null => Document::Null,
    }
}
