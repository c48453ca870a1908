use serde_json::{Value, json};

use super::tests::{google, saml};
use crate::clock::Timestamp;
use crate::test_pool::{PASSWORD, TestPool, attributes};

fn user(provider: &str, attribute: &str, value: &str) -> Value {
    json!({"ProviderName": provider, "ProviderAttributeName": attribute,
        "ProviderAttributeValue": value})
}

fn link(destination: &str, provider: &str, attribute: &str, value: &str) -> Value {
    json!({"DestinationUser": user("Cognito", "ignored", destination),
        "SourceUser": user(provider, attribute, value)})
}

const SUBJECT: &str = "Cognito_Subject";

const LINK: &str = "AdminLinkProviderForUser";

const DISABLE: &str = "AdminDisableProviderForUser";

fn holder(pool: &TestPool, provider: &str, attribute: &str, value: &str) -> String {
    let identity = crate::store::user_pool::user::Identity {
        provider: provider.into(),
        attribute: attribute.into(),
        value: value.into(),
    };
    let pool = pool.cx.pool(&pool.id).unwrap();
    pool.read(|state| {
        state
            .providers
            .holder(&identity)
            .map_or("-".into(), |key| key.to_string())
    })
}

#[tokio::test]
async fn an_id_token_has_the_members_of_identities_as_texts() {
    let pool = TestPool::new(json!({})).await;
    google(&pool).await;
    pool.confirmed("ann", json!([])).await;
    pool.ok(LINK, link("ann", "Google", SUBJECT, "123")).await;
    let entry = json!({"userId": "123", "providerName": "Google", "providerType": "Google",
        "issuer": null, "primary": "false", "dateCreated": "1800000000000"});
    assert_eq!(pool.id_claims("ann").await["identities"], json!([entry]));
}

#[tokio::test]
async fn a_link_shows_among_the_identities_until_it_is_taken_away() {
    let pool = TestPool::new(json!({})).await;
    google(&pool).await;
    saml(&pool, "Corp").await;
    pool.confirmed("ann", json!([])).await;
    assert_eq!(
        pool.ok(LINK, link("ann", "Google", SUBJECT, "123")).await,
        json!({})
    );
    pool.ok(LINK, link("ann", "Corp", "email", "a@example.com"))
        .await;
    let google = r#"{"userId":"123","providerName":"Google","providerType":"Google","issuer":null,"primary":false,"dateCreated":1800000000000}"#;
    let corp = r#"{"userId":"a@example.com","providerName":"Corp","providerType":"SAML","issuer":null,"primary":false,"dateCreated":1800000000000}"#;
    assert_eq!(
        pool.attribute("ann", "identities"),
        format!("[{google},{corp}]")
    );
    assert_eq!(holder(&pool, "Google", SUBJECT, "123"), "ann");
    assert_eq!(holder(&pool, "Corp", "email", "a@example.com"), "ann");
    assert_eq!(holder(&pool, "Corp", SUBJECT, "a@example.com"), "-");

    let not_linked = "InvalidParameterException: Account isn't linked to anyone else, verify that the account has been linked";
    for stranger in [
        user("Google", SUBJECT, "Google_123"),
        user("Corp", SUBJECT, "a@example.com"),
    ] {
        assert_eq!(
            pool.refused(DISABLE, json!({"User": stranger})).await,
            not_linked
        );
    }
    let email = json!({"User": user("Corp", "email", "a@example.com")});
    pool.ok(DISABLE, email.clone()).await;
    assert_eq!(pool.attribute("ann", "identities"), format!("[{google}]"));
    assert_eq!(pool.refused(DISABLE, email).await, not_linked);
    pool.ok(DISABLE, json!({"User": user("Google", SUBJECT, "123")}))
        .await;
    assert_eq!(pool.attribute("ann", "identities"), "-");
    assert_eq!(holder(&pool, "Google", SUBJECT, "123"), "-");
}

#[tokio::test]
async fn links_end_with_their_user() {
    let pool = TestPool::new(json!({})).await;
    google(&pool).await;
    pool.confirmed("ann", json!([])).await;
    pool.ok(LINK, link("ann", "Google", SUBJECT, "123")).await;
    pool.ok("AdminDeleteUser", json!({"Username": "ann"})).await;
    assert_eq!(holder(&pool, "Google", SUBJECT, "123"), "-");
    pool.confirmed("bea", json!([])).await;
    pool.ok(LINK, link("bea", "Google", SUBJECT, "123")).await;
}

#[tokio::test]
async fn a_user_takes_five_identities() {
    let pool = TestPool::new(json!({})).await;
    google(&pool).await;
    pool.confirmed("ann", json!([])).await;
    for id in ["1", "2", "3", "4", "5"] {
        pool.ok(LINK, link("ann", "Google", SUBJECT, id)).await;
    }
    let refused = pool
        .refused(LINK, link("ann", "Google", SUBJECT, "6"))
        .await;
    assert!(refused.starts_with("LimitExceededException: "), "{refused}");
}

#[tokio::test]
async fn links_that_aws_refuses() {
    let custom = json!([{"Name": "badge", "AttributeDataType": "String", "Mutable": false}]);
    let pool = TestPool::new(json!({"Schema": custom})).await;
    google(&pool).await;
    saml(&pool, "Corp").await;
    for name in ["ann", "bea", "Google_77"] {
        pool.confirmed(name, json!([])).await;
    }
    pool.confirmed("cid", attributes([("custom:badge", "7")]))
        .await;
    pool.ok(LINK, link("ann", "Google", SUBJECT, "1")).await;
    for (request, expected) in [
        (
            link("bea", "Cognito", SUBJECT, "ann"),
            "InvalidParameterException: Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser",
        ),
        (
            link("bea", "Google", SUBJECT, "1"),
            "AliasExistsException: Already found an entry for username Google_1",
        ),
        (
            link("bea", "Google", SUBJECT, "77"),
            "InvalidParameterException: Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
        ),
        (
            link("bea", "Google", "email", "a@example.com"),
            "InvalidParameterException: Invalid ProviderAttributeName email for provider Google.",
        ),
        (
            link("bea", "Corp", "name", "Bea"),
            "InvalidParameterException: Invalid ProviderAttributeName name for provider Corp.",
        ),
        (
            link("bea", "None", SUBJECT, "1"),
            "ResourceNotFoundException: Identity provider None does not exist.",
        ),
        (
            link("nobody", "Google", SUBJECT, "2"),
            "UserNotFoundException: User does not exist.",
        ),
        (
            link("cid", "Google", SUBJECT, "2"),
            "InvalidParameterException: DestinationUser must not have immutable custom attributes.",
        ),
        (
            json!({"DestinationUser": user("Google", "", "5"), "SourceUser": user("Corp", SUBJECT, "2")}),
            "UserNotFoundException: User does not exist.",
        ),
        (
            json!({"DestinationUser": user("Cognito", "", "ann"), "SourceUser": {"ProviderName": "Google", "ProviderAttributeName": SUBJECT}}),
            "InvalidParameterException: Missing required parameter ProviderAttributeValue",
        ),
    ] {
        assert_eq!(
            pool.refused(LINK, request.clone()).await,
            expected,
            "{request}"
        );
    }
    // The id of a provider names its profile, and whoever is linked to it.
    for id in ["77", "1"] {
        let request = json!({"DestinationUser": user("Google", "", id),
            "SourceUser": user("Corp", SUBJECT, id)});
        pool.ok(LINK, request).await;
    }
    assert_eq!(holder(&pool, "Corp", SUBJECT, "77"), "Google_77");
    assert_eq!(holder(&pool, "Corp", SUBJECT, "1"), "ann");
}

#[tokio::test]
async fn a_native_user_who_is_disabled_has_no_password_that_fits() {
    let pool = TestPool::new(json!({})).await;
    pool.confirmed("ann", json!([])).await;
    pool.access_token("ann").await;
    let wrong = json!({"User": user("Cognito", "username", "ann")});
    assert_eq!(
        pool.refused(DISABLE, wrong).await,
        "InvalidParameterException: Invalid ProviderAttributeName username for provider Cognito."
    );
    let unknown = json!({"User": user("Cognito", SUBJECT, "nobody")});
    assert_eq!(
        pool.refused(DISABLE, unknown).await,
        "UserNotFoundException: User does not exist."
    );
    pool.ok(DISABLE, json!({"User": user("Cognito", SUBJECT, "ann")}))
        .await;
    let sign_in = json!({"AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}});
    assert_eq!(
        pool.refused("InitiateAuth", sign_in).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    assert_eq!(pool.user("ann").modified, Timestamp(1_800_000_000_000));
}
