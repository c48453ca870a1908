//! Names that are used once: of fifty that want one, one gets it; and of fifty that take it away, one
//! does.

use poolhouse::model::cognito_idp::Operation;
use serde_json::{Value, json};

use super::{CLIENT, Course, PASSWORD, POOL, RACERS, all, asked, each};

const GONE: &str = "ResourceNotFoundException";
const PARAMETER: &str = "InvalidParameterException";

/// One makes it, then one takes it away.
async fn made_and_deleted_once(
    make: (Operation, Value, &str),
    delete: (Operation, Value, &str),
    course: &Course,
) {
    let (operation, input, exists) = make;
    course.race(all(operation, &input)).await.one(&[exists]);
    let (operation, input, unknown) = delete;
    course.race(all(operation, &input)).await.one(&[unknown]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_pool_holds_by_name_is_made_and_deleted_once() {
    use Operation::{
        AdminCreateUser, AdminDeleteUser, CreateGroup, CreateIdentityProvider,
        CreateResourceServer, CreateUserPoolDomain, DeleteGroup, DeleteIdentityProvider,
        DeleteResourceServer, DeleteUserPoolDomain,
    };
    let course = Course::begin().await;
    let with = |more: Value| {
        let mut input = more;
        input["UserPoolId"] = json!(POOL);
        input
    };
    let details = json!({"client_id": "id", "client_secret": "s", "authorize_scopes": "email"});
    let google = json!({"ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": details});
    let cases = [
        (
            (
                CreateGroup,
                json!({"GroupName": "g"}),
                "GroupExistsException",
            ),
            (DeleteGroup, json!({"GroupName": "g"}), GONE),
        ),
        (
            (
                CreateResourceServer,
                json!({"Identifier": "r", "Name": "r"}),
                PARAMETER,
            ),
            (DeleteResourceServer, json!({"Identifier": "r"}), GONE),
        ),
        (
            (CreateIdentityProvider, google, "DuplicateProviderException"),
            (
                DeleteIdentityProvider,
                json!({"ProviderName": "Google"}),
                GONE,
            ),
        ),
        (
            (CreateUserPoolDomain, json!({"Domain": "d"}), PARAMETER),
            (DeleteUserPoolDomain, json!({"Domain": "d"}), PARAMETER),
        ),
        (
            (
                AdminCreateUser,
                json!({"Username": "u"}),
                "UsernameExistsException",
            ),
            (
                AdminDeleteUser,
                json!({"Username": "u"}),
                "UserNotFoundException",
            ),
        ),
    ];
    for (make, delete) in cases {
        let make = (make.0, with(make.1), make.2);
        let delete = (delete.0, with(delete.1), delete.2);
        made_and_deleted_once(make, delete, &course).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_client_has_one_of_is_made_once() {
    let course = Course::begin().await;
    let style = json!({"UserPoolId": POOL, "ClientId": CLIENT, "UseCognitoProvidedValues": true});
    let requests = all(Operation::CreateManagedLoginBranding, &style);
    course
        .race(requests)
        .await
        .one(&["ManagedLoginBrandingExistsException"]);
    let terms = json!({"UserPoolId": POOL, "ClientId": CLIENT, "TermsName": "terms-of-use",
        "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": {"cognito:default": "https://example.com/terms"}});
    let requests = all(Operation::CreateTerms, &terms);
    let made = course.race(requests).await.one(&["TermsExistsException"]);
    let one = json!({"UserPoolId": POOL, "TermsId": made["Terms"]["TermsId"]});
    let requests = all(Operation::DeleteTerms, &one);
    course.race(requests).await.one(&[GONE]);
}

/// An administrator and the users themselves want one name.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_username_is_given_once_at_both_doors() {
    let course = Course::begin().await;
    let create = json!({"UserPoolId": POOL, "Username": "zoe"});
    let sign_up = json!({"ClientId": CLIENT, "Username": "zoe", "Password": PASSWORD});
    let requests = (0..RACERS).map(|n| match n % 2 {
        0 => asked(Operation::AdminCreateUser, &create),
        _ => asked(Operation::SignUp, &sign_up),
    });
    let requests = requests.collect();
    course
        .race(requests)
        .await
        .one(&["UsernameExistsException"]);
}

/// Users who are made with the address, and users who are given it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_alias_is_given_once() {
    let course = Course::begin().await;
    let pool = course.pool(json!({"AliasAttributes": ["email"]})).await;
    let email = |address: &str| json!([{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]);
    let requests = each(Operation::AdminCreateUser, |n| {
        json!({"UserPoolId": pool, "Username": format!("new{n}"),
            "UserAttributes": email("new@example.com")})
    });
    course.race(requests).await.one(&["AliasExistsException"]);
    for n in 0..RACERS {
        course.user(&pool, &format!("old{n}"), json!([])).await;
    }
    let requests = each(Operation::AdminUpdateUserAttributes, |n| {
        json!({"UserPoolId": pool, "Username": format!("old{n}"),
            "UserAttributes": email("old@example.com")})
    });
    course.race(requests).await.one(&["AliasExistsException"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_identity_is_linked_to_one_user() {
    let course = Course::begin().await;
    let details = json!({"client_id": "id", "client_secret": "s", "authorize_scopes": "email"});
    let google = json!({"UserPoolId": POOL, "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": details});
    course.ask(Operation::CreateIdentityProvider, google).await;
    for n in 0..RACERS {
        course
            .user(&json!(POOL), &format!("user{n}"), json!([]))
            .await;
    }
    let requests = each(Operation::AdminLinkProviderForUser, |n| {
        json!({"UserPoolId": POOL,
            "DestinationUser": {"ProviderName": "Cognito",
                "ProviderAttributeValue": format!("user{n}")},
            "SourceUser": {"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": "1234"}})
    });
    course
        .race(requests)
        .await
        .one(&["AliasExistsException", PARAMETER]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_custom_attribute_is_added_once() {
    let course = Course::begin().await;
    let tenant = json!({"UserPoolId": POOL, "CustomAttributes": [
        {"Name": "tenant", "AttributeDataType": "String"}]});
    let requests = all(Operation::AddCustomAttributes, &tenant);
    course.race(requests).await.one(&[PARAMETER]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pinned_pool_id_is_given_once() {
    let course = Course::begin().await;
    let pinned = json!({"PoolName": "p", "UserPoolTags": {"_custom_id_": "us-east-1_Pinned001"}});
    let requests = all(Operation::CreateUserPool, &pinned);
    course.race(requests).await.one(&[PARAMETER]);
}

/// Client ids and domain prefixes are unique over pools, so pools compete for them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_unique_over_pools_goes_to_one_of_them() {
    let course = Course::begin().await;
    let pools = [course.pool(json!({})).await, course.pool(json!({})).await];
    let requests = each(
        Operation::CreateUserPoolClient,
        |n| json!({"UserPoolId": pools[n % 2], "ClientName": "_custom_id_:pinned"}),
    );
    let made = course.race(requests).await.one(&[PARAMETER]);
    let of_winner =
        json!({"UserPoolId": made["UserPoolClient"]["UserPoolId"], "ClientId": "pinned"});
    course
        .ask(Operation::DescribeUserPoolClient, of_winner.clone())
        .await;
    let requests = all(Operation::DeleteUserPoolClient, &of_winner);
    course.race(requests).await.one(&[GONE]);
    let requests = each(
        Operation::CreateUserPoolDomain,
        |n| json!({"UserPoolId": pools[n % 2], "Domain": "shop"}),
    );
    course.race(requests).await.one(&[PARAMETER]);
}

/// A pool has one prefix: the names that were not taken are free for others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_pool_takes_one_prefix_and_leaves_the_others() {
    let course = Course::begin().await;
    let pool = course.pool(json!({})).await;
    let requests = each(
        Operation::CreateUserPoolDomain,
        |n| json!({"UserPoolId": pool, "Domain": format!("shop{n}")}),
    );
    course.race(requests).await.one(&[PARAMETER]);
    let mut free = 0;
    for n in 0..RACERS {
        let name = json!({"Domain": format!("shop{n}")});
        let found = course.ask(Operation::DescribeUserPoolDomain, name).await;
        if found["DomainDescription"]["UserPoolId"].is_null() {
            free += 1;
            let pool = course.pool(json!({})).await;
            let input = json!({"UserPoolId": pool, "Domain": format!("shop{n}")});
            course.ask(Operation::CreateUserPoolDomain, input).await;
        }
    }
    assert_eq!(free, RACERS - 1);
}
