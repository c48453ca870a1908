//! The machinery against the generated tables: the texts, paths and forms that clients see.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::cognito_idp::*;
use super::{
    ClientId, DecodeError, Encode, JsonWriter, Secret, cognito_identity, constraint_message,
    decode, decode_strict, to_json,
};
use crate::clock::Timestamp;

#[path = "tests/secrets.rs"]
mod secrets;

fn refusal<T: super::Decode + std::fmt::Debug>(body: &Value) -> String {
    match decode::<T>(body) {
        Err(DecodeError::Constraints(violations)) => constraint_message(&violations),
        other => panic!("expected broken constraints, got {other:?}"),
    }
}

fn fault<T: super::Decode + std::fmt::Debug>(body: &Value) -> (Option<String>, String) {
    match decode::<T>(body) {
        Err(DecodeError::Serialization(fault)) => (fault.message, fault.path.to_string()),
        other => panic!("expected a serialization fault, got {other:?}"),
    }
}

fn json<T: Encode>(value: &T) -> String {
    String::from_utf8(to_json(value)).expect("JSON is UTF-8")
}

#[test]
fn a_whole_request_is_read() {
    let request: AdminCreateUserRequest = decode(&json!({
        "UserPoolId": "us-east-1_AbCdEfGhI", "Username": "ada",
        "UserAttributes": [{"Name": "email", "Value": "ada@example.com"}, {"Name": "zoneinfo", "Value": null}],
        "DesiredDeliveryMediums": ["EMAIL"], "MessageAction": "SUPPRESS", "ForceAliasCreation": null,
        "ClientMetadata": {"a": "b"}, "Unheard": {"of": 1}
    }))
    .expect("a good request");
    assert_eq!(request.user_pool_id.region(), "us-east-1");
    assert_eq!(request.message_action, Some(MessageActionType::Suppress));
    assert_eq!(request.force_alias_creation, None);
    let attributes = request.user_attributes.expect("sent");
    assert_eq!(attributes[1].value, None);
    assert_eq!(attributes[0].value.as_deref(), Some("ada@example.com"));
}

#[test]
fn an_empty_required_string_breaks_length_then_pattern() {
    let body = json!({"AuthFlow": "USER_SRP_AUTH", "ClientId": ""});
    assert_eq!(
        refusal::<InitiateAuthRequest>(&body),
        "2 validation errors detected: Value '' at 'clientId' failed to satisfy constraint: Member must have \
         length greater than or equal to 1; Value '' at 'clientId' failed to satisfy constraint: Member must \
         satisfy regular expression pattern: [\\w+]+"
    );
}

#[test]
fn every_kind_of_constraint_has_its_text() {
    let pool = "us-east-1_AbCdEfGhI";
    let long = "x".repeat(129);
    let cases = [
        (
            refusal::<DescribeUserPoolRequest>(&json!({})),
            "Value null at 'userPoolId' failed to satisfy constraint: Member must not be null".to_owned(),
        ),
        (
            refusal::<ListUserPoolsRequest>(&json!({"MaxResults": 61})),
            "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60"
                .to_owned(),
        ),
        (
            refusal::<ListUserPoolsRequest>(&json!({"MaxResults": 0})),
            "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"
                .to_owned(),
        ),
        (
            refusal::<CreateUserPoolRequest>(&json!({"PoolName": long})),
            format!(
                "Value '{long}' at 'poolName' failed to satisfy constraint: \
                 Member must have length less than or equal to 128"
            ),
        ),
        (
            refusal::<CreateUserPoolRequest>(&json!({"PoolName": "p", "MfaConfiguration": "MAYBE"})),
            "Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: \
             Member must satisfy enum value set: [OPTIONAL, OFF, ON]"
                .to_owned(),
        ),
        (
            refusal::<CreateUserPoolRequest>(&json!({"PoolName": "p", "Schema": []})),
            "Value '[]' at 'schema' failed to satisfy constraint: Member must have length greater than or equal to 1"
                .to_owned(),
        ),
        (
            refusal::<CreateUserPoolRequest>(&json!({"PoolName": "p", "AutoVerifiedAttributes": ["x", "email"]})),
            "Value '[x, email]' at 'autoVerifiedAttributes' failed to satisfy constraint: \
             Member must satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]"
                .to_owned(),
        ),
        (
            refusal::<CreateUserPoolClientRequest>(
                &json!({"UserPoolId": pool, "ClientName": "c", "CallbackURLs": ["", "https://a"]}),
            ),
            "Value '[, https://a]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: \
             [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, \
             Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]"
                .to_owned(),
        ),
        (
            refusal::<CreateUserPoolRequest>(&json!({"PoolName": "p", "UserPoolTags": {"": "v"}})),
            "Value '{=v}' at 'userPoolTags' failed to satisfy constraint: Map keys must satisfy constraint: \
             [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
                .to_owned(),
        ),
        (
            refusal::<cognito_identity::GetIdInput>(
                &json!({"IdentityPoolId": "us-east-1:0", "Logins": {"cognito-idp.x/y": ""}}),
            ),
            "Value '{cognito-idp.x/y=}' at 'logins' failed to satisfy constraint: Map value must satisfy constraint: \
             [Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]"
                .to_owned(),
        ),
        (
            refusal::<SetUICustomizationRequest>(&json!({
                "UserPoolId": pool,
                "ImageFile": "A".repeat(131_073 / 3 * 4 + 4),
            })),
            "Value 'java.nio.HeapByteBuffer[pos=0 lim=131076 cap=131076]' at 'imageFile' failed to satisfy \
             constraint: Member must have length less than or equal to 131072"
                .to_owned(),
        ),
    ];
    for (message, item) in cases {
        assert_eq!(message, format!("1 validation error detected: {item}"));
    }
}

#[test]
fn sensitive_values_stay_out_of_messages_except_the_two_that_aws_echoes() {
    let body = json!({"ClientId": "c-", "Username": "a b", "Password": " secret"});
    assert_eq!(
        refusal::<SignUpRequest>(&body),
        "3 validation errors detected: Value 'c-' at 'clientId' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [\\w+]+; Value at 'password' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: ^[\\S]+.*[\\S]+$; Value at 'username' failed to satisfy constraint: Member \
         must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"
    );
    assert_eq!(
        refusal::<VerifySoftwareTokenRequest>(&json!({"UserCode": "Aaaa"})),
        "2 validation errors detected: Value 'Aaaa' at 'userCode' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [0-9]+; Value 'Aaaa' at 'userCode' failed to satisfy constraint: Member must \
         have length greater than or equal to 6"
    );
    let missing = json!({"ClientId": "c", "Username": "a", "ConfirmationCode": ""});
    let message = refusal::<ConfirmForgotPasswordRequest>(&missing);
    assert!(
        message.contains("Value '' at 'confirmationCode'"),
        "{message}"
    );
    assert!(
        message
            .ends_with("Value at 'password' failed to satisfy constraint: Member must not be null"),
        "{message}"
    );
}

#[test]
fn a_value_in_a_sensitive_structure_is_hidden() {
    let body = json!({
        "ClientId": "c", "Username": "u", "Password": "pw",
        "UserContextData": {"EncodedData": "x".repeat(131_073)},
    });
    assert_eq!(
        refusal::<SignUpRequest>(&body),
        "1 validation error detected: Value at 'userContextData.encodedData' failed to satisfy constraint: \
         Member must have length less than or equal to 131072"
    );
}

#[test]
fn paths_lower_only_the_first_letter_and_count_from_one() {
    let body = json!({
        "PoolName": "p",
        "Policies": {"PasswordPolicy": {"MinimumLength": 5}},
        "Schema": [{"Name": "ok"}, {"Name": ""}, null],
        "AdminCreateUserConfig": {"InviteMessageTemplate": {"SMSMessage": "short"}},
        "AcrConfiguration": {"Level1": {"AcrValue": "a b"}},
    });
    let Err(DecodeError::Constraints(violations)) = decode::<CreateUserPoolRequest>(&body) else {
        panic!("five broken members");
    };
    let paths: Vec<String> = violations.iter().map(|v| v.path.in_message()).collect();
    let expected = [
        "policies.passwordPolicy.minimumLength",
        "adminCreateUserConfig.inviteMessageTemplate.sMSMessage",
        "schema.2.member.name",
        "schema.2.member.name",
        "schema.3.member",
        "acrConfiguration.Level1.member.acrValue",
    ];
    for path in expected {
        assert!(
            paths.iter().any(|found| found == path),
            "{path} in {paths:?}"
        );
    }
    assert_eq!(paths.len(), expected.len(), "{paths:?}");
}

#[test]
fn lengths_count_utf16_units() {
    let request = |name: String| json!({"UserPoolId": "us-east-1_a", "GroupName": name});
    assert!(decode::<CreateGroupRequest>(&request("𝔸".repeat(64))).is_ok());
    assert!(decode::<CreateGroupRequest>(&request("é".repeat(128))).is_ok());
    let message = refusal::<CreateGroupRequest>(&request("𝔸".repeat(65)));
    assert!(
        message.ends_with("length less than or equal to 128"),
        "{message}"
    );
}

#[test]
fn violations_are_bounded() {
    let body = json!({"ClientId": "c", "Username": "u", "UserAttributes": vec![json!({}); 5000]});
    let message = refusal::<SignUpRequest>(&body);
    assert!(
        message.starts_with("1000 validation errors detected: "),
        "{:.60}",
        message
    );
}

#[test]
fn a_wrong_json_type_is_named_and_hides_every_violation() {
    let start = "Start of structure or map found where not expected.";
    let cases = [
        (json!({"PoolName": {}}), Some(start), "PoolName"),
        (json!({"PoolName": []}), Some(start), "PoolName"),
        (
            json!({"PoolName": 1}),
            Some("NUMBER_VALUE can not be converted to a String"),
            "PoolName",
        ),
        (
            json!({"PoolName": true}),
            Some("TRUE_VALUE can not be converted to a String"),
            "PoolName",
        ),
        (
            json!({"PoolName": false}),
            Some("FALSE_VALUE can not be converted to a String"),
            "PoolName",
        ),
        (
            json!({"Policies": "x"}),
            Some("Expected map or null"),
            "Policies",
        ),
        (
            json!({"Policies": []}),
            Some("Expected map or null"),
            "Policies",
        ),
        (
            json!({"UserPoolTags": 1}),
            Some("Expected map or null"),
            "UserPoolTags",
        ),
        (
            json!({"Schema": "x"}),
            Some("Expected list or null"),
            "Schema",
        ),
        (json!({"Schema": {}}), Some(start), "Schema"),
        (
            json!({"Schema": [{"Mutable": "yes"}]}),
            Some("STRING_VALUE can not be converted to a Boolean"),
            "Schema.1.Mutable",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": "8"}}}),
            Some("STRING_VALUE can not be converted to an Integer"),
            "Policies.PasswordPolicy.MinimumLength",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": 4_294_967_304_i64}}}),
            Some("NUMBER_VALUE can not be converted to an Integer"),
            "Policies.PasswordPolicy.MinimumLength",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"MinimumLength": 1e23}}}),
            Some("NUMBER_VALUE can not be converted to an Integer"),
            "Policies.PasswordPolicy.MinimumLength",
        ),
        (
            json!({"UserPoolTags": {"k": 1}}),
            Some("NUMBER_VALUE can not be converted to a String"),
            "UserPoolTags.k",
        ),
        (json!([]), Some("Expected map or null"), ""),
    ];
    for (body, message, path) in cases {
        let expected = (message.map(str::to_owned), path.to_owned());
        assert_eq!(fault::<CreateUserPoolRequest>(&body), expected, "{body}");
    }
    let unreadable = json!({"UserPoolId": "", "ImageFile": "%%%"});
    assert_eq!(
        fault::<SetUICustomizationRequest>(&unreadable),
        (None, "ImageFile".to_owned())
    );
}

#[test]
fn an_absent_body_is_an_empty_request_and_a_fraction_is_dropped() {
    assert_eq!(
        decode::<GetCSVHeaderRequest>(&Value::Null).map(|_| ()),
        decode::<GetCSVHeaderRequest>(&json!({})).map(|_| ())
    );
    let request: ListUserPoolsRequest = decode(&json!({"MaxResults": 60.9})).expect("truncated");
    assert_eq!(request.max_results, 60);
}

#[test]
fn a_strict_reader_names_unknown_members() {
    let body = json!({"PoolName": "p", "Policies": {"PasswordPolicy": {"MinLength": 8}}, "Schema": [{"name": "x"}]});
    let Err(DecodeError::Unknown(unknown)) = decode_strict::<CreateUserPoolRequest>(&body) else {
        panic!("two unknown members");
    };
    let paths: Vec<String> = unknown
        .iter()
        .map(|member| member.path.to_string())
        .collect();
    assert_eq!(
        paths,
        ["Policies.PasswordPolicy.MinLength", "Schema.1.name"]
    );
    assert!(unknown[0].known.contains(&"MinimumLength"));
    assert!(decode::<CreateUserPoolRequest>(&body).is_ok());
}

#[test]
fn the_departures_from_the_model_hold() {
    let client = |name: &str, flow: &str| {
        let body =
            json!({"UserPoolId": "us-east-1_a", "ClientName": name, "ExplicitAuthFlows": [flow]});
        decode::<CreateUserPoolClientRequest>(&body)
    };
    assert!(client("_custom_id_:my-client", "ALLOW_CLIENT_TOKEN_AUTH").is_ok());
    assert!(client("my:client", "ALLOW_USER_AUTH").is_err());
    assert!(client("_custom_id_:", "ALLOW_USER_AUTH").is_err());
    let Err(DecodeError::Constraints(violations)) = client("c", "NO") else {
        panic!("an unknown flow");
    };
    assert!(
        violations[0].constraint.contains(
            "[ALLOW_CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_PASSWORD_AUTH, \
             ALLOW_USER_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, \
             ALLOW_USER_AUTH, "
        ),
        "{}",
        violations[0].constraint
    );
    let password = |text: &str| {
        let body = json!({"UserPoolId": "us-east-1_a", "Username": "u", "Password": text});
        decode::<AdminSetUserPasswordRequest>(&body)
    };
    assert!(password("in side").is_ok());
    assert!(password("trail ").is_err());
}

#[test]
fn answers_leave_out_what_is_absent() {
    let answer = InitiateAuthResponse {
        challenge_parameters: Some(
            BTreeMap::from([("a".to_owned(), "b\"\n\u{1}é".to_owned())]).into(),
        ),
        authentication_result: Some(AuthenticationResultType {
            access_token: Some(Secret::from("token")),
            expires_in: Some(3600),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(
        json(&answer),
        r#"{"ChallengeParameters":{"a":"b\"\n\u0001é"},"AuthenticationResult":{"AccessToken":"token","ExpiresIn":3600}}"#
    );
    assert!(!format!("{answer:?}").contains("token\""));
    assert_eq!(json(&TagResourceResponse::default()), "{}");
}

/// What the model calls sensitive, and what it does not and is a secret all the same.
#[test]
fn timestamps_are_seconds_with_a_short_fraction() {
    let cases = [
        (1_715_100_742_000, "1715100742.0"),
        (1_689_030_181_630, "1689030181.63"),
        (1_547_833_345_777, "1547833345.777"),
        (1_547_833_345_007, "1547833345.007"),
        (0, "0.0"),
        (-1_500, "-1.5"),
    ];
    for (millis, text) in cases {
        assert_eq!(json(&Timestamp(millis)), text);
        let value: Value = serde_json::from_str(text).expect("a number");
        assert_eq!(decode(&value), Ok(Timestamp(millis)));
    }
}

#[test]
fn every_form_is_written() {
    let asset = AssetType {
        category: AssetCategoryType::FormLogo,
        color_mode: ColorSchemeModeType::Dark,
        extension: AssetExtensionType::Png,
        bytes: Some(vec![0, 255]),
        resource_id: None,
    };
    assert_eq!(
        json(&asset),
        r#"{"Category":"FORM_LOGO","ColorMode":"DARK","Extension":"PNG","Bytes":"AP8="}"#
    );
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.field("aud", &ClientId::from("c")).field("n", &u64::MAX);
        out.name("list").array(|out| {
            out.boolean(true)
                .null()
                .number(-1)
                .raw("{}")
                .array(|_| {})
                .value(&json!({"z": [1, "x"]}));
        });
        out.name("empty").object(|_| {});
    });
    assert_eq!(
        out.into_string(),
        r#"{"aud":"c","n":18446744073709551615,"list":[true,null,-1,{},[],{"z":[1,"x"]}],"empty":{}}"#
    );
}

#[test]
fn enums_know_their_wire_form() {
    for flow in AuthFlowType::ALL {
        assert_eq!(AuthFlowType::parse(flow.as_str()), Some(*flow));
    }
    assert_eq!(
        AuthFlowType::UserPasswordAuth.to_string(),
        "USER_PASSWORD_AUTH"
    );
    assert_eq!(PreTokenGenerationLambdaVersionType::V1_0.as_str(), "V1_0");
    assert_eq!(SecurityPolicyType::TlsV1_2_2021.as_str(), "TLS_V1_2_2021");
    assert_eq!(
        RecoveryOptionNameType::VerifiedEmail.as_str(),
        "verified_email"
    );
    assert_eq!(AuthFlowType::parse("user_auth"), None);
}

#[test]
fn operations_know_their_name_signature_and_body() {
    let get_user = Operation::from_name("GetUser").expect("an operation");
    assert!(!get_user.signed() && get_user.has_output());
    assert!(
        get_user
            .declared_errors()
            .contains(&"UserNotConfirmedException")
    );
    assert!(!Operation::DeleteUser.has_output());
    assert!(Operation::AdminGetUser.signed());
    assert_eq!(Operation::from_name("getUser"), None);
    let unsigned = |operations: &[Operation]| operations.iter().filter(|o| !o.signed()).count();
    assert_eq!(unsigned(Operation::ALL), 34);
    assert_eq!(
        Operation::ALL.iter().filter(|o| !o.has_output()).count(),
        13
    );
    for operation in Operation::ALL {
        assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        for error in operation.declared_errors() {
            assert!(ERROR_CODES.iter().any(|(name, _)| name == error), "{error}");
        }
    }
    assert!(ERROR_CODES.is_sorted());
    assert!(ERROR_CODES.contains(&("InternalServerException", 500)));
}

/// JSON of any form, its member names drawn from the real ones often enough to reach the depths.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,9}".prop_map(Value::from),
        Just(Value::from("us-east-1_AbCdEfGhI")),
    ];
    let name = prop_oneof![
        "[A-Z][a-z]{0,5}",
        proptest::sample::select(vec![
            "UserPoolId",
            "PoolName",
            "Policies",
            "PasswordPolicy",
            "MinimumLength",
            "Schema",
            "Name",
            "Mutable",
            "ClientId",
            "AuthFlow",
            "AuthParameters",
            "UserAttributes",
            "Value",
            "ImageFile",
            "CallbackURLs",
            "AcrConfiguration",
            "AcrValue",
            "LambdaConfig",
            "Settings",
            "Assets",
            "Bytes",
            "UserContextData",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_json_makes_the_reader_panic_or_refuse_without_a_reason(body in any_json()) {
        let refusals = [
            decode::<CreateUserPoolRequest>(&body).err(),
            decode_strict::<CreateUserPoolClientRequest>(&body).err(),
            decode::<SignUpRequest>(&body).err(),
            decode::<SetUICustomizationRequest>(&body).err(),
            decode::<CreateManagedLoginBrandingRequest>(&body).err(),
            decode::<cognito_identity::SetIdentityPoolRolesInput>(&body).err(),
        ];
        for refusal in refusals.into_iter().flatten() {
            prop_assert!(refusal != DecodeError::Constraints(Vec::new()), "a refusal names what is wrong");
        }
    }

    #[test]
    fn what_is_written_is_json(text in any::<String>()) {
        let parsed: Value = serde_json::from_slice(&to_json(&text)).expect("valid JSON");
        prop_assert_eq!(parsed, Value::from(text));
    }
}
