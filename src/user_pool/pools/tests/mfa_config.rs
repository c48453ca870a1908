//! MFA configuration as callers see it.

use super::*;

use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::{Clock, Timestamp};
use crate::context::{Caller, Settings, Shared};
use crate::entropy::Entropy;
use crate::model::{decode, to_json};
use crate::user_pool::pools::{create_user_pool, update_user_pool};

const ROLE: &str = "arn:aws:iam::123456789012:role/sms";

/// A pool of these members, and its id.
fn pool(members: &Value) -> (Context, Value) {
    let clock = Clock::frozen_at(Timestamp(0));
    let shared = Shared::new(clock, Entropy::from_seed(1), Settings::default());
    let cx = Context::new(Arc::new(shared), Caller::default());
    let mut body = json!({"PoolName": "p"});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    let created = create_user_pool(&cx, decode(&body).unwrap()).unwrap();
    let id = created.user_pool.unwrap().id.unwrap().to_string();
    (cx, json!(id))
}

fn set(cx: &Context, id: &Value, members: &Value) -> Result<Value, String> {
    let mut body = json!({"UserPoolId": id});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    let answer = set_user_pool_mfa_config(cx, decode(&body).unwrap())
        .map_err(|error| error.message().into_owned())?;
    Ok(serde_json::from_slice(&to_json(&answer)).unwrap())
}

fn get(cx: &Context, id: &Value) -> Value {
    let request = decode(&json!({"UserPoolId": id})).unwrap();
    serde_json::from_slice(&to_json(&get_user_pool_mfa_config(cx, request).unwrap())).unwrap()
}

fn own_mail() -> Value {
    json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example"}})
}

#[test]
fn a_request_replaces_every_factor_and_shows_what_is_configured() {
    let (cx, id) = pool(&json!({}));
    assert_eq!(get(&cx, &id), json!({"MfaConfiguration": "OFF"}));
    let steps = [
        json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        json!({"MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}",
                "SmsConfiguration": {"SnsCallerArn": ROLE, "SnsRegion": "us-east-1"}},
            "SoftwareTokenMfaConfiguration": {"Enabled": false}}),
        json!({"MfaConfiguration": "OFF", "WebAuthnConfiguration": {"RelyingPartyId": "a.example"}}),
        json!({"MfaConfiguration": "OFF"}),
    ];
    for step in steps {
        assert_eq!(set(&cx, &id, &step), Ok(step.clone()));
        assert_eq!(get(&cx, &id), step);
    }
    set(
        &cx,
        &id,
        &json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
    )
    .unwrap();
    assert_eq!(
        set(&cx, &id, &json!({})),
        Ok(json!({"MfaConfiguration": "OFF"}))
    );
}

#[test]
fn a_configuration_that_cognito_refuses_gets_its_sentence() {
    const TOGETHER: &str =
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
    const NO_FACTOR: &str = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.";
    let first = |factor: &str| json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}});
    let token =
        json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    let cases = [
        (
            json!({}),
            json!({"SoftwareTokenMfaConfiguration": {"Enabled": false}}),
            TOGETHER,
        ),
        // Before the check of who sends mail (observed).
        (
            json!({}),
            json!({"MfaConfiguration": "OFF", "EmailMfaConfiguration": {}}),
            TOGETHER,
        ),
        (json!({}), json!({"MfaConfiguration": "ON"}), NO_FACTOR),
        (
            json!({}),
            json!({"MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": {},
            "SoftwareTokenMfaConfiguration": {"Enabled": false}}),
            NO_FACTOR,
        ),
        (
            json!({}),
            json!({"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}}),
            "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an \
             EmailSendingAccount of COGNITO_DEFAULT.",
        ),
        (
            first("EMAIL_OTP"),
            token.clone(),
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
        ),
        (
            first("WEB_AUTHN"),
            token,
            "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and \
             WebAuthn is an allowed first auth factor",
        ),
        (
            json!({}),
            json!({"MfaConfiguration": "ON", "SmsMfaConfiguration": {}}),
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({}),
            json!({"WebAuthnConfiguration": {"RelyingPartyId": "co.uk"}}),
            "Invalid relying party ID co.uk.",
        ),
        (
            json!({"UserPoolTier": "LITE"}),
            json!({"WebAuthnConfiguration": {}}),
            "The following features need to be disabled for the LITE pricing tier configured: Passkeys",
        ),
    ];
    for (members, request, sentence) in cases {
        let (cx, id) = pool(&members);
        assert_eq!(
            set(&cx, &id, &request),
            Err(sentence.to_owned()),
            "{request}"
        );
        assert_eq!(
            get(&cx, &id),
            json!({"MfaConfiguration": "OFF"}),
            "{request}"
        );
    }
}

#[test]
fn codes_by_mail_need_another_way_to_recover_a_password() {
    let request = json!({"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}});
    let (cx, id) = pool(&own_mail());
    assert_eq!(set(&cx, &id, &request), Ok(request.clone()));
    let mut members = own_mail();
    members["AccountRecoverySetting"] =
        json!({"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]});
    let (cx, id) = pool(&members);
    assert_eq!(
        set(&cx, &id, &request),
        Err(
            "Cannot set EmailMfaConfiguration when verified_email is the only account recovery \
             mechanism."
                .to_owned()
        )
    );
}

#[test]
fn an_update_of_the_pool_keeps_to_the_rules_for_codes_by_mail() {
    let (cx, id) = pool(&own_mail());
    let request = json!({"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {}});
    set(&cx, &id, &request).unwrap();
    let update = |mut members: Value| {
        members["UserPoolId"] = id.clone();
        update_user_pool(&cx, decode(&members).unwrap())
            .map(drop)
            .map_err(|error| error.refusal)
    };
    assert_eq!(update(json!({})), Err(Refusal::EmailMfaNeedsDeveloper));
    let mut members = own_mail();
    members["AccountRecoverySetting"] =
        json!({"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]});
    assert_eq!(update(members), Err(Refusal::EmailMfaWithEmailRecovery));
    assert_eq!(update(own_mail()), Ok(()));
    assert_eq!(get(&cx, &id), request);
}

#[test]
fn the_sms_factor_follows_the_last_request_and_the_sender_stays() {
    let (cx, id) =
        pool(&json!({"MfaConfiguration": "ON", "SmsConfiguration": {"SnsCallerArn": ROLE}}));
    assert_eq!(
        get(&cx, &id)["SmsMfaConfiguration"]["SmsConfiguration"]["SnsCallerArn"],
        ROLE
    );
    let totp_only =
        json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    assert_eq!(set(&cx, &id, &totp_only), Ok(totp_only.clone()));
    let settings = cx.pool(&id.as_str().unwrap().into()).unwrap().settings();
    assert!(settings.sms.is_some() && !settings.mfa.sms);
}
