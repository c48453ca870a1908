//! App clients as callers see them: request in, answer or sentence out.

mod managed_secrets;
mod races;
mod secrets;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::CognitoError;
use crate::model::cognito_idp::ClientTypeType;
use crate::model::{Decode, Encode, PoolId};
use crate::store::user_pool::app_client::AppClient;
use crate::test_pool;
use crate::user_pool::app_clients::ids::pinned_id;
use crate::user_pool::app_clients::require;
use crate::user_pool::app_clients::secrets::{
    add_user_pool_client_secret, delete_user_pool_client_secret, list_user_pool_client_secrets,
};
use crate::user_pool::app_clients::user_pool_client::{
    create_user_pool_client, delete_user_pool_client, describe_user_pool_client,
    list_user_pool_clients, update_user_pool_client,
};
use crate::user_pool::pools::create_user_pool;

fn context() -> Context {
    test_pool::context(Timestamp(1_000))
}

fn call<I: Decode, O: Encode>(
    cx: &Context,
    run: fn(&Context, I) -> Result<O, CognitoError>,
    body: &Value,
) -> Result<Value, String> {
    test_pool::answer(cx, run, body)
        .map_err(|error| format!("{}: {}", error.code(), error.message()))
}

fn with(body: Value, members: &Value) -> Value {
    let mut body = body;
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    body
}

/// A pool of these members; its id.
fn pool(cx: &Context, members: Value) -> Value {
    let body = with(json!({"PoolName": "p"}), &members);
    call(cx, create_user_pool, &body).unwrap()["UserPool"]["Id"].clone()
}

fn create(cx: &Context, pool: &Value, members: &Value) -> Result<Value, String> {
    let body = with(json!({"UserPoolId": pool, "ClientName": "c"}), members);
    call(cx, create_user_pool_client, &body).map(|answer| answer["UserPoolClient"].clone())
}

fn update(cx: &Context, client: &Value, members: &Value) -> Result<Value, String> {
    call(cx, update_user_pool_client, &with(named(client), members))
        .map(|answer| answer["UserPoolClient"].clone())
}

fn named(client: &Value) -> Value {
    json!({"UserPoolId": client["UserPoolId"], "ClientId": client["ClientId"]})
}

#[test]
fn a_client_with_only_a_name_shows_the_recorded_defaults() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    let client = create(&cx, &pool, &json!({})).unwrap();
    let id = client["ClientId"].as_str().unwrap();
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'v').contains(&byte);
    assert!(id.len() == 26 && id.bytes().all(is_digit), "{id}");
    assert_eq!(
        client,
        json!({
            "UserPoolId": pool, "ClientName": "c", "ClientId": id,
            "LastModifiedDate": 1.0, "CreationDate": 1.0, "RefreshTokenValidity": 30,
            "TokenValidityUnits": {}, "AllowedOAuthFlowsUserPoolClient": false,
            "EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": false,
            "AuthSessionValidity": 3
        })
    );
    assert_eq!(
        call(&cx, describe_user_pool_client, &named(&client)).unwrap()["UserPoolClient"],
        with(client, &json!({"ClientType": "REGULAR"}))
    );
}

#[test]
fn a_secret_is_made_or_given_and_shown() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    let made = create(&cx, &pool, &json!({"GenerateSecret": true})).unwrap();
    assert_eq!(made["ClientSecret"].as_str().unwrap().len(), 52);
    let given = "given_secret_of_24_chars_";
    let client = create(&cx, &pool, &json!({"ClientSecret": given})).unwrap();
    assert_eq!(client["ClientSecret"], given);
    let updated = update(&cx, &client, &json!({})).unwrap();
    assert_eq!(updated["ClientSecret"], given);
    assert_eq!(
        create(
            &cx,
            &pool,
            &json!({"ClientSecret": given, "GenerateSecret": true})
        ),
        Err(
            "InvalidParameterException: GenerateSecret and ClientSecret cannot both be set.".into()
        )
    );
}

#[test]
fn attributes_that_no_client_has_are_refused_in_words_of_the_operation() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    let client = create(&cx, &pool, &json!({})).unwrap();
    let refused = |kind: &str, doing: &str| {
        Err(format!(
            "InvalidParameterException: Invalid {kind} attributes specified while {doing} a client"
        ))
    };
    for (kind, member) in [("read", "ReadAttributes"), ("write", "WriteAttributes")] {
        let settings = json!({member: ["custom:none"]});
        assert_eq!(create(&cx, &pool, &settings), refused(kind, "creating"));
        assert_eq!(update(&cx, &client, &settings), refused(kind, "updating"));
    }
}

#[test]
fn a_client_that_cognito_refuses_gets_its_sentence() {
    const INVALID: &str = "InvalidParameterException";
    let cx = context();
    let pool = pool(
        &cx,
        json!({"UserPoolTier": "LITE", "Schema": [{"Name": "email", "Required": true},
        {"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": true}]}),
    );
    let unknown_provider = format!(
        "The provider Google does not exist for User Pool {}.",
        pool.as_str().unwrap()
    );
    let range = "Invalid range for token validity.";
    let cases: Vec<(Value, &str, &str)> = vec![
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ADMIN_NO_SRP_AUTH"]}),
            INVALID,
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}),
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the LITE pricing tier configured: Choice-Based Sign-In",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                "RefreshTokenRotation": {"Feature": "ENABLED"}}),
            INVALID,
            "ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]}),
            INVALID,
            "ALLOW_CLIENT_TOKEN_AUTH can not be selected if client does not have a client secret.",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "GenerateSecret": true}),
            INVALID,
            "ALLOW_CLIENT_TOKEN_AUTH can not be selected along with other auth flows.",
        ),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true}),
            "InvalidOAuthFlowException",
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials", "code"]}),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"]}),
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["openid"],
                "GenerateSecret": true}),
            "InvalidOAuthFlowException",
            "openid is not supported with client_credentials flow",
        ),
        (
            json!({"AllowedOAuthFlows": ["implicit"]}),
            INVALID,
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        ),
        (
            json!({"AllowedOAuthScopes": ["openid", "api/read"]}),
            "ScopeDoesNotExistException",
            "Invalid scope requested: api/read",
        ),
        (
            json!({"CallbackURLs": ["http://localhost.example/"]}),
            INVALID,
            "http://localhost.example/ cannot use the HTTP protocol.",
        ),
        (
            json!({"LogoutURLs": ["HTTP://a.example"]}),
            INVALID,
            "HTTP://a.example cannot use the HTTP protocol.",
        ),
        (
            json!({"CallbackURLs": ["https://a.example/#b"]}),
            INVALID,
            "https://a.example/#b cannot use fragment",
        ),
        (
            json!({"CallbackURLs": ["/back"]}),
            INVALID,
            "/back is not a valid absolute URL.",
        ),
        (
            json!({"CallbackURLs": ["https://a.example"], "DefaultRedirectURI": "https://b.example"}),
            INVALID,
            "The default redirect URI https://b.example is not in the callback URIs list.",
        ),
        (
            json!({"SupportedIdentityProviders": ["COGNITO", "Google"]}),
            INVALID,
            &unknown_provider,
        ),
        (json!({"AccessTokenValidity": 60}), INVALID, range),
        (
            json!({"IdTokenValidity": 299, "TokenValidityUnits": {"IdToken": "seconds"}}),
            INVALID,
            range,
        ),
        (
            json!({"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}}),
            INVALID,
            range,
        ),
        (json!({"RefreshTokenValidity": 3651}), INVALID, range),
        (
            json!({"AccessTokenValidity": 2, "RefreshTokenValidity": 90,
                "TokenValidityUnits": {"RefreshToken": "minutes"}}),
            INVALID,
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        ),
        (
            json!({"ReadAttributes": ["nope"]}),
            INVALID,
            "Invalid read attributes specified while creating a client",
        ),
        (
            json!({"ReadAttributes": ["dev:custom:own"]}),
            INVALID,
            "Invalid read attributes specified while creating a client",
        ),
        (
            json!({"WriteAttributes": ["email", "email_verified"]}),
            INVALID,
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({"WriteAttributes": ["name"]}),
            INVALID,
            "Invalid write attributes specified while creating a client",
        ),
        (
            json!({"EnablePropagateAdditionalUserContextData": true}),
            INVALID,
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (
            json!({"AnalyticsConfiguration": {"ApplicationId": "abc"}}),
            INVALID,
            "Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid",
        ),
        (
            json!({"AnalyticsConfiguration":
                {"ApplicationArn": "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/a"}}),
            INVALID,
            "The integration with Pinpoint is not supported for the requested eu-west-1 region.",
        ),
    ];
    for (members, code, sentence) in cases {
        assert_eq!(
            create(&cx, &pool, &members),
            Err(format!("{code}: {sentence}")),
            "{members}"
        );
    }
    let none = call(&cx, list_user_pool_clients, &json!({"UserPoolId": pool})).unwrap();
    assert_eq!(
        none,
        json!({"UserPoolClients": []}),
        "a refused client leaves nothing behind"
    );
}

#[test]
fn what_cognito_takes_is_shown_as_it_keeps_it() {
    let cx = context();
    let pool = pool(
        &cx,
        json!({"Schema": [{"Name": "level", "AttributeDataType": "Number"}]}),
    );
    let cases = [
        (
            json!({"RefreshTokenValidity": 0}),
            json!({"RefreshTokenValidity": 30}),
        ),
        (
            json!({"AccessTokenValidity": 5, "TokenValidityUnits": {"AccessToken": "minutes"}}),
            json!({"AccessTokenValidity": 5, "RefreshTokenValidity": 30, "TokenValidityUnits":
                {"AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "days"}}),
        ),
        (
            json!({"TokenValidityUnits": {"RefreshToken": "hours"}}),
            json!({"RefreshTokenValidity": 720, "TokenValidityUnits":
                {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "hours"}}),
        ),
        (
            json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"]}),
            json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH"]}),
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
                "ClientSecret": "given_secret_of_24_chars_"}),
            json!({}),
        ),
        (
            json!({"CallbackURLs": ["http://localhost:3000/a", "http://127.0.0.1", "http://[::1]:1",
                "myapp://example"]}),
            json!({}),
        ),
        (
            json!({"ReadAttributes": ["custom:level", "email_verified"]}),
            json!({}),
        ),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"],
            "CallbackURLs": ["https://a.example/b"], "DefaultRedirectURI": "https://a.example/b",
            "SupportedIdentityProviders": ["COGNITO"]}),
            json!({}),
        ),
        (
            json!({"AnalyticsConfiguration":
                {"ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a"}}),
            json!({"AnalyticsConfiguration": {
                "ApplicationArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a",
                "RoleArn": "arn:aws:iam::123456789012:role/aws-service-role/cognito-idp.amazonaws.com/AWSServiceRoleForAmazonCognitoIdp",
                "UserDataShared": false}}),
        ),
        (
            json!({"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}}),
            json!({}),
        ),
    ];
    for (members, shown) in cases {
        let client = create(&cx, &pool, &members).unwrap();
        for (member, expected) in with(members.clone(), &shown).as_object().unwrap() {
            assert_eq!(&client[member], expected, "{members}");
        }
    }
}

#[test]
fn a_pinned_id_is_kept_checked_and_free_again_after_deletion() {
    let cx = context();
    let (pool, other) = (pool(&cx, json!({})), pool(&cx, json!({})));
    let pinned = json!({"ClientName": "_custom_id_:mine"});
    let client = create(&cx, &pool, &pinned).unwrap();
    assert_eq!(
        (&client["ClientId"], &client["ClientName"]),
        (&json!("mine"), &pinned["ClientName"])
    );
    let taken = "InvalidParameterException: User pool client mine already exists.";
    assert_eq!(create(&cx, &other, &pinned), Err(taken.into()));
    let cases = [("_custom_id_:a-b", "a-b"), ("_custom_id_:", "")];
    for (name, id) in cases {
        let error = pinned_id(name).unwrap_err();
        assert_eq!(error.message(), format!("Value '{id}' is not a client id."));
    }
    let foreign = json!({"UserPoolId": other, "ClientId": "mine"});
    let unknown = "ResourceNotFoundException: User pool client mine does not exist.";
    assert_eq!(
        call(&cx, describe_user_pool_client, &foreign),
        Err(unknown.into())
    );
    assert_eq!(
        call(&cx, delete_user_pool_client, &foreign),
        Err(unknown.into())
    );
    assert_eq!(
        call(&cx, delete_user_pool_client, &named(&client)),
        Ok(Value::Null)
    );
    assert_eq!(
        call(&cx, describe_user_pool_client, &named(&client)),
        Err(unknown.into())
    );
    // A refusal gives the id back too.
    let refused = with(pinned.clone(), &json!({"AccessTokenValidity": 60}));
    assert!(create(&cx, &other, &refused).is_err());
    assert!(create(&cx, &other, &pinned).is_ok());
}

#[test]
fn an_update_resets_all_but_id_name_and_secret() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    let client = create(
        &cx,
        &pool,
        &json!({"GenerateSecret": true, "AccessTokenValidity": 2, "ReadAttributes": ["email"],
            "EnableTokenRevocation": false, "PreventUserExistenceErrors": "ENABLED",
            "AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://a.example"],
            "EnablePropagateAdditionalUserContextData": true, "AuthSessionValidity": 15}),
    )
    .unwrap();
    cx.clock.advance(500);
    assert_eq!(
        update(&cx, &client, &json!({})),
        Ok(json!({
            "UserPoolId": pool, "ClientName": "c", "ClientId": client["ClientId"],
            "ClientSecret": client["ClientSecret"], "LastModifiedDate": 1.5, "CreationDate": 1.0,
            "RefreshTokenValidity": 30, "TokenValidityUnits": {},
            "AllowedOAuthFlowsUserPoolClient": false, "EnableTokenRevocation": true,
            "EnablePropagateAdditionalUserContextData": false, "AuthSessionValidity": 3
        }))
    );
    assert_eq!(
        update(&cx, &client, &json!({"ClientName": "d"})).unwrap()["ClientName"],
        "d"
    );
}

#[test]
fn a_list_pages_and_tells_kinds_apart() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    for _ in 0..3 {
        create(&cx, &pool, &json!({})).unwrap();
    }
    let first = call(
        &cx,
        list_user_pool_clients,
        &json!({"UserPoolId": pool, "MaxResults": 2}),
    )
    .unwrap();
    let mut members: Vec<&String> = first["UserPoolClients"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    members.sort();
    assert_eq!(members, ["ClientId", "ClientName", "UserPoolId"]);
    let next = json!({"UserPoolId": pool, "MaxResults": 2, "NextToken": first["NextToken"]});
    let second = call(&cx, list_user_pool_clients, &next).unwrap();
    assert_eq!(second["UserPoolClients"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("NextToken"), None);
    for (kind, count) in [("REGULAR", 3), ("DCR", 0)] {
        let body = json!({"UserPoolId": pool, "ClientType": kind});
        let listed = call(&cx, list_user_pool_clients, &body).unwrap();
        assert_eq!(
            listed["UserPoolClients"].as_array().unwrap().len(),
            count,
            "{kind}"
        );
    }
}

/// Makes one of dynamic client registration of a client.
fn register(cx: &Context, client: &Value) {
    let text = |member: &str| client[member].as_str().unwrap();
    let pool = cx.pool(&PoolId::from(text("UserPoolId"))).unwrap();
    let change = pool.change(|draft| {
        let mut registered = AppClient::clone(require(draft.state(), &text("ClientId").into())?);
        registered.kind = ClientTypeType::Dcr;
        draft.put_client(registered);
        Ok(())
    });
    change.unwrap();
}

#[test]
fn a_registered_client_tells_its_kind_and_keeps_its_secret_and_from_registering() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    let client = create(&cx, &pool, &json!({"GenerateSecret": true})).unwrap();
    register(&cx, &client);
    let shown = call(&cx, describe_user_pool_client, &named(&client)).unwrap();
    assert_eq!(shown["UserPoolClient"]["ClientType"], "DCR");
    let scopes = json!({"AllowedOAuthScopes": ["openid", "aws.cognito/dcr/register"]});
    assert_eq!(
        update(&cx, &client, &scopes),
        Err("InvalidParameterException: Invalid scope requested: aws.cognito/dcr/register".into())
    );
    let updated = update(&cx, &client, &json!({"AllowedOAuthScopes": ["openid"]})).unwrap();
    assert_eq!(updated.get("ClientType"), None);
    let secret = with(named(&client), &json!({"ClientSecretId": "s"}));
    let id = client["ClientId"].as_str().unwrap();
    let refused = format!(
        "InvalidParameterException: Client {id} does not support client secret operations."
    );
    for answer in [
        call(&cx, add_user_pool_client_secret, &named(&client)),
        call(&cx, list_user_pool_client_secrets, &named(&client)),
        call(&cx, delete_user_pool_client_secret, &secret),
    ] {
        assert_eq!(answer, Err(refused.clone()));
    }
}

#[test]
fn a_page_of_one_kind_may_be_short_and_have_a_successor() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    for name in ["a", "b", "c", "d"] {
        let client = create(
            &cx,
            &pool,
            &json!({"ClientName": format!("_custom_id_:{name}")}),
        );
        if name == "c" {
            register(&cx, &client.unwrap());
        }
    }
    for (kind, expected) in [("REGULAR", [2, 1]), ("DCR", [0, 1])] {
        let first = json!({"UserPoolId": pool, "MaxResults": 2, "ClientType": kind});
        let page = call(&cx, list_user_pool_clients, &first).unwrap();
        let next = with(first, &json!({"NextToken": page["NextToken"]}));
        let last = call(&cx, list_user_pool_clients, &next).unwrap();
        let counts = [&page, &last].map(|page| page["UserPoolClients"].as_array().unwrap().len());
        assert_eq!(counts, expected, "{kind}");
        assert_eq!(last.get("NextToken"), None);
    }
}

#[test]
fn a_redirect_that_is_not_listed_names_the_nearest_that_is() {
    let cx = context();
    let pool = pool(&cx, json!({}));
    for (given, how) in [
        (
            "https://a.example/back/",
            "only the slash at the end differs",
        ),
        ("http://a.example/back", "one letter differs"),
        ("https://a.example/Back", "only letter case differs"),
    ] {
        let members = json!({"UserPoolId": pool, "ClientName": "app", "DefaultRedirectURI": given,
            "CallbackURLs": ["https://a.example/back", "https://b.example"]});
        let refused = test_pool::answer(&cx, create_user_pool_client, &members).unwrap_err();
        let end = format!("; the nearest is https://a.example/back: {how}");
        assert!(refused.reason().ends_with(&end), "{}", refused.reason());
    }
}
