//! Pools as callers see them: request in, answer or sentence out.

mod races;

use super::*;

use serde_json::{Value, json};

use crate::context::Signer;
use crate::model::{Decode, Encode};
use crate::test_pool;
use crate::user_pool::app_clients::{create_user_pool_client, delete_user_pool_client};

const ROLE: &str = "arn:aws:iam::123456789012:role/sms";

fn context() -> Context {
    test_pool::context(Timestamp(1_547_833_345_777))
}

fn call<I: Decode, O: Encode>(
    cx: &Context,
    run: fn(&Context, I) -> Result<O, CognitoError>,
    body: &Value,
) -> Result<Value, String> {
    test_pool::answer(cx, run, body).map_err(|error| error.message().into_owned())
}

/// Creates a pool of these members and answers it.
fn create(cx: &Context, members: Value) -> Result<Value, String> {
    let mut body = json!({"PoolName": "p"});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    call(cx, create_user_pool, &body).map(|answer| answer["UserPool"].clone())
}

fn update(cx: &Context, pool: &Value, members: Value) -> Result<Value, String> {
    let mut body = json!({"UserPoolId": pool["Id"]});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    call(cx, update_user_pool, &body)?;
    call(cx, describe_user_pool, &json!({"UserPoolId": pool["Id"]}))
        .map(|answer| answer["UserPool"].clone())
}

#[test]
fn a_pool_with_only_a_name_shows_the_recorded_defaults() {
    let cx = context();
    let mut pool = create(&cx, json!({})).unwrap();
    let id = pool["Id"].as_str().unwrap().to_owned();
    let name = id.strip_prefix("us-east-1_").unwrap();
    assert!(
        name.len() == 9 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{id}"
    );
    let schema = pool
        .as_object_mut()
        .unwrap()
        .remove("SchemaAttributes")
        .unwrap();
    assert_eq!(schema.as_array().unwrap().len(), 21);
    assert_eq!(
        pool,
        json!({
            "Id": id, "Name": "p",
            "Arn": format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{id}"),
            "Policies": {
                "PasswordPolicy": {"MinimumLength": 8, "RequireUppercase": true,
                    "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": true,
                    "TemporaryPasswordValidityDays": 7},
                "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
            "DeletionProtection": "INACTIVE", "LambdaConfig": {},
            "LastModifiedDate": 1547833345.777, "CreationDate": 1547833345.777,
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "MfaConfiguration": "OFF", "EstimatedNumberOfUsers": 0,
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"}, "UserPoolTags": {},
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": false,
                "UnusedAccountValidityDays": 7},
            "AccountRecoverySetting": {"RecoveryMechanisms": [
                {"Priority": 1, "Name": "verified_email"},
                {"Priority": 2, "Name": "verified_phone_number"}]},
            "UserPoolTier": "ESSENTIALS"
        })
    );
}

#[test]
fn members_with_a_second_name_show_under_both() {
    let cx = context();
    let pool = create(
        &cx,
        json!({
            "EmailVerificationMessage": "Use {####}", "EmailVerificationSubject": "Hello",
            "VerificationMessageTemplate": {"SmsMessage": "Sms {####}"},
            "SmsConfiguration": {"SnsCallerArn": ROLE},
            "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
            "LambdaConfig": {"PreTokenGeneration": "arn:aws:lambda:us-east-1:123456789012:function:f"},
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
            "UsernameConfiguration": {"CaseSensitive": false},
            "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
        }),
    )
    .unwrap();
    let cases = [
        (
            "/VerificationMessageTemplate/EmailMessage",
            json!("Use {####}"),
        ),
        ("/VerificationMessageTemplate/EmailSubject", json!("Hello")),
        ("/SmsVerificationMessage", json!("Sms {####}")),
        ("/SmsConfiguration/SnsRegion", json!("us-east-1")),
        ("/UserPoolAddOns/AdvancedSecurityAdditionalFlows", json!({})),
        (
            "/LambdaConfig/PreTokenGenerationConfig/LambdaVersion",
            json!("V1_0"),
        ),
        (
            "/UserAttributeUpdateSettings",
            json!({"AttributesRequireVerificationBeforeUpdate": []}),
        ),
        ("/UsernameConfiguration", json!({"CaseSensitive": false})),
        (
            "/Policies/PasswordPolicy/TemporaryPasswordValidityDays",
            json!(3),
        ),
        ("/AdminCreateUserConfig/UnusedAccountValidityDays", json!(3)),
    ];
    for (path, expected) in cases {
        assert_eq!(pool.pointer(path), Some(&expected), "{path}");
    }
}

#[test]
fn a_pool_that_cognito_refuses_gets_its_sentence() {
    let lambda = |place: &str| format!("arn:aws:lambda:{place}:123456789012:function:f");
    let lite = |features: &str| {
        format!(
            "The following features need to be disabled for the LITE pricing tier configured: {features}"
        )
    };
    let mechanism = |priority: i32, name: &str| json!({"Priority": priority, "Name": name});
    let invitation = |member: &str, text: &str| json!({"AdminCreateUserConfig": {"InviteMessageTemplate": {member: text}}});
    let cases: Vec<(Value, &str)> = vec![
        (
            json!({"AliasAttributes": ["email"], "UsernameAttributes": ["email"]}),
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            json!({"AliasAttributes": ["preferred_username"],
                "Schema": [{"Name": "preferred_username", "Required": true}]}),
            "preferred_username cannot be both an alias and a required attribute.",
        ),
        (
            json!({"AutoVerifiedAttributes": ["phone_number"]}),
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            json!({"MfaConfiguration": "OPTIONAL"}),
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            json!({"UserAttributeUpdateSettings":
                {"AttributesRequireVerificationBeforeUpdate": ["email"]}}),
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            json!({"AccountRecoverySetting": {"RecoveryMechanisms":
                [mechanism(1, "admin_only"), mechanism(2, "verified_email")]}}),
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            json!({"AccountRecoverySetting": {"RecoveryMechanisms":
                [mechanism(1, "verified_phone_number"), mechanism(1, "verified_email")]}}),
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}),
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}}}),
            "SMS_OTP can not be configured as AuthFactor as user pool is missing valid SMS configuration",
        ),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
                "MfaConfiguration": "ON", "SmsConfiguration": {"SnsCallerArn": ROLE}}),
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
        ),
        (
            json!({"LambdaConfig": {"PreTokenGeneration": lambda("us-east-1"), "PreTokenGenerationConfig":
                {"LambdaVersion": "V1_0", "LambdaArn": lambda("us-west-2")}}}),
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7}}),
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            invitation("EmailMessage", "Hello {####}"),
            "The invitation message template must contain the {username} placeholder.",
        ),
        (
            invitation("SMSMessage", "Hello {username}"),
            "The invitation message template must contain the {####} placeholder.",
        ),
        (
            json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}}),
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            json!({"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER",
                "SourceArn": "arn:aws:ses:eu-north-1:123456789012:identity/a.example"}}),
            "Provided SourceArn must be in one of the following SES regions: eu-west-1, us-east-1, us-west-2.",
        ),
        (
            json!({"EmailConfiguration": {"From": "nobody"}}),
            "Provided From email address is invalid",
        ),
        (
            json!({"SmsConfiguration": {"SnsCallerArn": ROLE, "SnsRegion": "eu-west-1"}}),
            "Invalid snsRegion. Allowed SNS region for us-east-1 is us-east-1",
        ),
        (
            json!({"SmsConfiguration": {"EumsSms": {"CallerArn": ROLE, "Region": "eu-west-1"}}}),
            "Invalid EumsSms Region. Allowed Region is us-east-1",
        ),
        (
            json!({"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::111111111111:role/sms"}}),
            "Cross-account pass role is not allowed.",
        ),
        (
            json!({"LambdaConfig": {"PreSignUp": lambda("eu-west-1")}}),
            "Cross-region lambda functions are not supported",
        ),
        (
            json!({"KeyConfiguration": {"KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/a"}}),
            "Invalid KmsKeyArn arn:aws:kms:eu-west-1:123456789012:key/a.",
        ),
        (
            json!({"KeyConfiguration": {"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:alias/a"}}),
            "Invalid KmsKeyArn arn:aws:kms:us-east-1:123456789012:alias/a.",
        ),
        (
            json!({"LambdaConfig": {"CustomEmailSender":
                {"LambdaVersion": "V1_0", "LambdaArn": lambda("us-east-1")}}}),
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            json!({"EmailVerificationMessage": "Use {####}",
                "VerificationMessageTemplate": {"EmailMessage": "Take {####}"}}),
            "EmailVerificationMessage and VerificationMessageTemplate cannot have different values.",
        ),
        (
            json!({"UserPoolTags": {"aws:a": "b"}}),
            "aws: prefixed tag key names are not allowed",
        ),
        (
            json!({"AcrConfiguration": {"Level1": {"AcrValue": "urn:cognito:loa:4"}}}),
            "ACR values must be unique across all levels.",
        ),
        (
            json!({"UserPoolTier": "ESSENTIALS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}),
            "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
        ),
    ];
    let cx = context();
    for (members, sentence) in cases {
        assert_eq!(
            create(&cx, members.clone()),
            Err(sentence.to_owned()),
            "{members}"
        );
    }
    let passwordless = json!({"UserPoolTier": "LITE",
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}});
    assert_eq!(create(&cx, passwordless), Err(lite("Passwordless Sign-In")));
    let remembering = json!({"UserPoolTier": "LITE",
        "Policies": {"PasswordPolicy": {"PasswordHistorySize": 4}}});
    assert_eq!(create(&cx, remembering), Err(lite("Password History")));
    let versioned = json!({"UserPoolTier": "LITE", "LambdaConfig": {"PreTokenGenerationConfig":
        {"LambdaVersion": "V2_0", "LambdaArn": lambda("us-east-1")}}});
    assert_eq!(
        create(&cx, versioned),
        Err(lite("Access Token Customization"))
    );
    let none = call(&cx, list_user_pools, &json!({"MaxResults": 60})).unwrap();
    assert_eq!(
        none,
        json!({"UserPools": []}),
        "a refused pool leaves nothing behind"
    );
}

/// The identity sets the FROM address (documented); whether it lets Cognito send is SES's to say.
#[test]
fn the_default_sender_may_have_an_identity() {
    let cx = context();
    let email = json!({"EmailSendingAccount": "COGNITO_DEFAULT",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@b.example"});
    let made = create(&cx, json!({"EmailConfiguration": email})).unwrap();
    assert_eq!(made["EmailConfiguration"], email);
}

#[test]
fn a_pinned_id_is_kept_and_checked() {
    let cx = context();
    let pinned = |id: &str| json!({"UserPoolTags": {"_custom_id_": id}});
    let pool = create(&cx, pinned("us-east-1_Mine")).unwrap();
    assert_eq!(pool["Id"], "us-east-1_Mine");
    assert_eq!(
        pool["UserPoolTags"],
        json!({"_custom_id_": "us-east-1_Mine"})
    );
    let cases = [
        ("us-east-1_Mine", "User pool us-east-1_Mine already exists."),
        ("mine", "Value 'mine' is not a user pool id."),
        ("us-east-1_", "Value 'us-east-1_' is not a user pool id."),
        (
            "us-east-1_my_pool",
            "Value 'us-east-1_my_pool' is not a user pool id.",
        ),
        ("local_Pool", "Value 'local_Pool' is not a user pool id."),
        (
            "eu-west-1_Mine",
            "User pool id 'eu-west-1_Mine' is not in Region us-east-1.",
        ),
    ];
    for (id, sentence) in cases {
        assert_eq!(create(&cx, pinned(id)), Err(sentence.to_owned()), "{id}");
    }
    assert!(pinned_id("us-gov-west-1_A1", "us-gov-west-1").is_ok());
    assert_eq!(cx.keys.handed_out(), 1, "a refused pool takes no keys");
}

#[test]
fn an_invitation_without_passwords_needs_no_place_for_one() {
    let template = json!({"InviteMessageTemplate": {"EmailMessage": "Welcome, {username}"}});
    let members = |factor: &str| {
        json!({"AdminCreateUserConfig": template,
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}})
    };
    let cx = context();
    for factor in ["EMAIL_OTP", "WEB_AUTHN"] {
        let pool = create(&cx, members(factor)).unwrap();
        assert_eq!(
            pool["AdminCreateUserConfig"]["InviteMessageTemplate"],
            template["InviteMessageTemplate"]
        );
    }
}

#[test]
fn a_tier_is_not_lowered_under_a_client_or_a_password_history() {
    const LOWERED: &str = "The user pool cannot be changed to the LITE tier while features of a higher tier are configured.";
    let cx = context();
    let pool = create(&cx, json!({})).unwrap();
    let client = json!({"UserPoolId": pool["Id"], "ClientName": "c",
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]});
    let client = call(&cx, create_user_pool_client, &client).unwrap();
    let lite = json!({"UserPoolTier": "LITE"});
    assert_eq!(update(&cx, &pool, lite.clone()), Err(LOWERED.to_owned()));
    let client = json!({"UserPoolId": pool["Id"],
        "ClientId": client["UserPoolClient"]["ClientId"]});
    call(&cx, delete_user_pool_client, &client).unwrap();
    let remembering = json!({"UserPoolTier": "LITE",
        "Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}});
    assert_eq!(update(&cx, &pool, remembering), Err(LOWERED.to_owned()));
    assert_eq!(update(&cx, &pool, lite).unwrap()["UserPoolTier"], "LITE");
}

#[test]
fn an_update_resets_what_it_leaves_out_but_for_the_named_members() {
    let cx = context();
    let pool = create(
        &cx,
        json!({
            "AutoVerifiedAttributes": ["email"], "DeletionProtection": "ACTIVE",
            "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:f"},
            "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}, "UserPoolTier": "PLUS",
            "UserPoolTags": {"a": "b"}, "UsernameAttributes": ["email"],
            "SmsConfiguration": {"SnsCallerArn": ROLE}, "MfaConfiguration": "OPTIONAL",
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true},
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": []},
        }),
    )
    .unwrap();
    cx.clock.advance(1000);
    let updated = update(
        &cx,
        &pool,
        json!({"Policies": {"PasswordPolicy": {"MinimumLength": 12}}}),
    )
    .unwrap();
    let kept = [
        "Name",
        "UserPoolTier",
        "UserPoolTags",
        "MfaConfiguration",
        "UsernameAttributes",
        "SchemaAttributes",
        "SmsConfiguration",
        "UserAttributeUpdateSettings",
        "CreationDate",
    ];
    for member in kept {
        assert_eq!(updated[member], pool[member], "{member}");
        assert!(updated.get(member).is_some(), "{member}");
    }
    let reset = [
        ("AutoVerifiedAttributes", Value::Null),
        ("DeletionProtection", json!("INACTIVE")),
        ("LambdaConfig", json!({})),
        ("UserPoolAddOns", Value::Null),
        ("LastModifiedDate", json!(1547833346.777)),
    ];
    for (member, expected) in reset {
        assert_eq!(
            updated.get(member).unwrap_or(&Value::Null),
            &expected,
            "{member}"
        );
    }
    assert_eq!(
        updated["Policies"]["PasswordPolicy"],
        json!({"MinimumLength": 12, "RequireUppercase": false, "RequireLowercase": false,
            "RequireNumbers": false, "RequireSymbols": false, "TemporaryPasswordValidityDays": 7})
    );
    assert_eq!(
        updated["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
        false
    );
    assert_eq!(
        update(&cx, &pool, json!({"PoolName": "q"})).unwrap()["Name"],
        "q"
    );
}

#[test]
fn an_update_that_cognito_refuses_changes_nothing() {
    let cx = context();
    let pool = create(
        &cx,
        json!({"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 2}}}),
    )
    .unwrap();
    let cases = [
        (
            json!({"MfaConfiguration": "ON", "SmsConfiguration": {"SnsCallerArn": ROLE}}),
            "Cannot turn MFA functionality ON, once the user pool has been created.",
        ),
        (
            json!({"UserPoolTier": "LITE", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}),
            "The user pool cannot be changed to the LITE tier while features of a higher tier are configured.",
        ),
        (
            json!({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 9}}),
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
    ];
    for (members, sentence) in cases {
        assert_eq!(
            update(&cx, &pool, members.clone()),
            Err(sentence.to_owned()),
            "{members}"
        );
    }
    let body = json!({"UserPoolId": pool["Id"]});
    assert_eq!(
        call(&cx, describe_user_pool, &body).unwrap()["UserPool"],
        pool
    );
    let optional = update(&cx, &pool, json!({"MfaConfiguration": "OPTIONAL"})).unwrap();
    assert_eq!(
        optional["MfaConfiguration"], "OPTIONAL",
        "taken without a factor (observed)"
    );
}

#[test]
fn a_protected_pool_is_deleted_only_after_it_is_unprotected() {
    let cx = context();
    let pool = create(&cx, json!({"DeletionProtection": "ACTIVE"})).unwrap();
    let body = json!({"UserPoolId": pool["Id"]});
    assert_eq!(
        call(&cx, delete_user_pool, &body),
        Err(
            "The user pool cannot be deleted because deletion protection is activated. Deletion \
             protection must be inactivated first."
                .to_owned()
        )
    );
    update(&cx, &pool, json!({"DeletionProtection": "INACTIVE"})).unwrap();
    assert_eq!(call(&cx, delete_user_pool, &body), Ok(Value::Null));
    let gone = format!("User pool {} does not exist.", pool["Id"].as_str().unwrap());
    assert_eq!(call(&cx, describe_user_pool, &body), Err(gone.clone()));
    assert_eq!(call(&cx, delete_user_pool, &body), Err(gone));
}

#[test]
fn a_list_pages_through_the_callers_own_pools() {
    let cx = context();
    let mut elsewhere = cx.clone();
    elsewhere.caller.signer = Signer::in_region("eu-west-1");
    let mut other_account = cx.clone();
    other_account.caller.account = "111111111111".into();
    for cx in [&cx, &cx, &cx, &elsewhere, &other_account] {
        create(cx, json!({})).unwrap();
    }
    let first = call(&cx, list_user_pools, &json!({"MaxResults": 2})).unwrap();
    let shown = &first["UserPools"][0];
    let mut members: Vec<&String> = shown.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        [
            "CreationDate",
            "Id",
            "LambdaConfig",
            "LastModifiedDate",
            "Name"
        ]
    );
    let next = json!({"MaxResults": 2, "NextToken": first["NextToken"]});
    let second = call(&cx, list_user_pools, &next).unwrap();
    assert_eq!(second["UserPools"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("NextToken"), None);
    assert_eq!(
        call(&other_account, list_user_pools, &next),
        Err("Invalid pagination token".to_owned())
    );
    let there = call(&elsewhere, list_user_pools, &json!({"MaxResults": 60})).unwrap();
    assert_eq!(there["UserPools"].as_array().unwrap().len(), 1);
}
