use std::time::Duration;

use serde_json::{Value, json};

use crate::test_pool::TestPool;

const URL: &str = "https://example.com/terms";

const NO_TERMS: &str = "ResourceNotFoundException: Terms do not exist.";

fn document(client: &str, name: &str) -> Value {
    json!({"ClientId": client, "TermsName": name, "TermsSource": "LINK", "Enforcement": "NONE",
        "Links": {"cognito:default": URL}})
}

async fn create(pool: &TestPool, name: &str) -> Value {
    let made = pool
        .ok("CreateTerms", document(pool.client.as_str(), name))
        .await;
    made["Terms"].clone()
}

#[tokio::test]
async fn terms_are_found_by_id_and_by_client_and_name() {
    let pool = TestPool::new(json!({})).await;
    let terms = create(&pool, "terms-of-use").await;
    assert_eq!(
        terms,
        json!({
            "TermsId": terms["TermsId"], "UserPoolId": pool.id.as_str(),
            "ClientId": pool.client.as_str(), "TermsName": "terms-of-use", "TermsSource": "LINK",
            "Enforcement": "NONE", "Links": {"cognito:default": URL},
            "CreationDate": 1_800_000_000.0, "LastModifiedDate": 1_800_000_000.0,
        })
    );
    let by_id = json!({"TermsId": terms["TermsId"]});
    assert_eq!(pool.ok("DescribeTerms", by_id).await["Terms"], terms);
    let by_client = json!({"ClientId": pool.client.as_str(), "TermsName": "terms-of-use"});
    let found = pool.ok("DescribeTermsByClient", by_client).await;
    assert_eq!(found["Terms"], terms);
    let other = json!({"ClientId": pool.client.as_str(), "TermsName": "privacy-policy"});
    assert_eq!(pool.refused("DescribeTermsByClient", other).await, NO_TERMS);
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name_and_can_rename() {
    let pool = TestPool::new(json!({})).await;
    let terms = create(&pool, "terms-of-use").await;
    let id = terms["TermsId"].clone();
    pool.advance(Duration::from_secs(60));
    let links =
        json!({"cognito:default": "https://a.example", "cognito:german": "https://b.example"});
    let request = json!({"TermsId": id, "Links": links, "TermsName": "terms-of-use"});
    let updated = pool.ok("UpdateTerms", request).await["Terms"].clone();
    assert_eq!(updated["Links"], links);
    assert_eq!(updated["CreationDate"], 1_800_000_000.0);
    assert_eq!(updated["LastModifiedDate"], 1_800_000_060.0);
    let renamed = json!({"TermsId": id, "TermsName": "privacy-policy"});
    let renamed = pool.ok("UpdateTerms", renamed).await["Terms"].clone();
    assert_eq!(renamed["Links"], links);
    // The old name is free.
    create(&pool, "terms-of-use").await;
    let taken = json!({"TermsId": id, "TermsName": "terms-of-use"});
    assert_eq!(
        pool.refused("UpdateTerms", taken).await,
        "TermsExistsException: The terms-of-use terms already exist for the app client."
    );
    let by_client = json!({"ClientId": pool.client.as_str(), "TermsName": "privacy-policy"});
    let found = pool.ok("DescribeTermsByClient", by_client).await;
    assert_eq!(found["Terms"], renamed);
}

#[tokio::test]
async fn what_aws_would_refuse_is_refused() {
    let pool = TestPool::new(json!({})).await;
    create(&pool, "terms-of-use").await;
    let client = pool.client.as_str();
    let mut without_default = document(client, "privacy-policy");
    without_default["Links"] = json!({"cognito:german": URL});
    let mut without_links = document(client, "privacy-policy");
    without_links.as_object_mut().unwrap().remove("Links");
    for (request, expected) in [
        (
            document(client, "terms-of-use"),
            "TermsExistsException: The terms-of-use terms already exist for the app client.",
        ),
        (
            document("other", "terms-of-use"),
            "ResourceNotFoundException: User pool client other does not exist.",
        ),
        (
            without_default,
            "InvalidParameterException: Links must contain cognito:default.",
        ),
        (
            without_links,
            "InvalidParameterException: Links must contain cognito:default.",
        ),
    ] {
        assert_eq!(pool.refused("CreateTerms", request).await, expected);
    }
    let swahili = json!({"TermsId": "8f2cbd5d-0d0c-4d5e-9b6f-0a0a0a0a0a0a",
        "Links": {"cognito:swahili": URL}});
    let refused = pool.refused("UpdateTerms", swahili).await;
    assert!(
        refused.starts_with("InvalidParameterException: 1 validation error detected: "),
        "{refused}"
    );
}

#[tokio::test]
async fn deleted_terms_are_unknown_to_every_operation() {
    let pool = TestPool::new(json!({})).await;
    let terms = create(&pool, "terms-of-use").await;
    let named = json!({"TermsId": terms["TermsId"]});
    assert_eq!(pool.ok("DeleteTerms", named.clone()).await, Value::Null);
    for operation in ["DescribeTerms", "UpdateTerms", "DeleteTerms"] {
        assert_eq!(pool.refused(operation, named.clone()).await, NO_TERMS);
    }
    create(&pool, "terms-of-use").await;
}

#[tokio::test]
async fn a_pool_has_forty_documents_listed_page_by_page_and_they_go_with_their_client() {
    let pool = TestPool::new(json!({})).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let client = json!({"UserPoolId": pool.id.as_str(), "ClientName": "c"});
        let client = pool.ok("CreateUserPoolClient", client).await;
        let client = client["UserPoolClient"]["ClientId"]
            .as_str()
            .unwrap()
            .to_owned();
        for name in ["terms-of-use", "privacy-policy"] {
            pool.ok("CreateTerms", document(&client, name)).await;
        }
        clients.push(client);
    }
    let more = document(pool.client.as_str(), "terms-of-use");
    assert_eq!(
        pool.refused("CreateTerms", more.clone()).await,
        "LimitExceededException: The limit of terms documents in the user pool has been exceeded."
    );
    let mut seen = Vec::new();
    let mut request = json!({"MaxResults": 13});
    loop {
        let page = pool.ok("ListTerms", request.clone()).await;
        let terms = page["Terms"].as_array().unwrap();
        assert!(terms.len() <= 13);
        seen.extend(terms.iter().map(|terms| terms["TermsId"].clone()));
        if page.get("NextToken").is_none() {
            break;
        }
        request["NextToken"] = page["NextToken"].clone();
    }
    let whole = pool.ok("ListTerms", json!({})).await;
    let whole = whole["Terms"].as_array().unwrap();
    let ids: Vec<Value> = whole.iter().map(|terms| terms["TermsId"].clone()).collect();
    assert_eq!(seen, ids);
    assert_eq!(ids.len(), 40);
    let members: Vec<&String> = whole[0].as_object().unwrap().keys().collect();
    let expected = [
        "CreationDate",
        "Enforcement",
        "LastModifiedDate",
        "TermsId",
        "TermsName",
    ];
    assert_eq!(members, expected);
    let gone = json!({"UserPoolId": pool.id.as_str(), "ClientId": clients[0]});
    pool.ok("DeleteUserPoolClient", gone).await;
    let left = pool.ok("ListTerms", json!({})).await;
    assert_eq!(left["Terms"].as_array().unwrap().len(), 38);
    pool.ok("CreateTerms", more).await;
}
