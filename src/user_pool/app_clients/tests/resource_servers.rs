use serde_json::{Value, json};

use crate::context::Settings;
use crate::test_pool::TestPool;

fn scope(name: &str) -> Value {
    json!({"ScopeName": name, "ScopeDescription": format!("may {name}")})
}

async fn weather(pool: &TestPool) -> Value {
    let given = json!({"Identifier": "https://weather.example.com/v1", "Name": "Weather",
        "Scopes": [scope("read"), scope("write")]});
    pool.ok("CreateResourceServer", given).await["ResourceServer"].clone()
}

#[tokio::test]
async fn a_server_reads_back_as_it_was_made_and_an_update_replaces() {
    let pool = TestPool::new(json!({})).await;
    let made = weather(&pool).await;
    assert_eq!(
        made,
        json!({"UserPoolId": pool.id.as_str(), "Identifier": "https://weather.example.com/v1",
            "Name": "Weather", "Scopes": [scope("read"), scope("write")]})
    );
    let named = json!({"Identifier": "https://weather.example.com/v1"});
    let read = pool.ok("DescribeResourceServer", named.clone()).await;
    assert_eq!(read["ResourceServer"], made);
    let update = json!({"Identifier": "https://weather.example.com/v1", "Name": "Climate"});
    let updated = pool.ok("UpdateResourceServer", update).await;
    assert_eq!(updated["ResourceServer"]["Name"], "Climate");
    assert_eq!(updated["ResourceServer"]["Scopes"], json!([]));
    assert_eq!(
        pool.ok("DescribeResourceServer", named.clone()).await,
        updated
    );
    assert_eq!(
        pool.ok("DeleteResourceServer", named.clone()).await,
        Value::Null
    );
    let text = "ResourceNotFoundException: Resource server https://weather.example.com/v1 does not \
                exist.";
    assert_eq!(pool.refused("DescribeResourceServer", named).await, text);
}

#[tokio::test]
async fn what_a_server_cannot_be() {
    let pool = TestPool::new(json!({})).await;
    let id = pool.id.as_str().to_owned();
    pool.ok(
        "CreateResourceServer",
        json!({"Identifier": "api", "Name": "A"}),
    )
    .await;
    let cases = [
        (
            "CreateResourceServer",
            json!({"Identifier": "api", "Name": "B"}),
            format!("InvalidParameterException: api already exists in user pool {id}."),
        ),
        (
            "CreateResourceServer",
            json!({"Identifier": "b", "Name": "B", "Scopes": [scope("x"), scope("x")]}),
            "InvalidParameterException: Duplicate scope name x is not allowed in a resource server."
                .into(),
        ),
        (
            "UpdateResourceServer",
            json!({"Identifier": "none", "Name": "B"}),
            "ResourceNotFoundException: Resource server none does not exist.".into(),
        ),
        (
            "DeleteResourceServer",
            json!({"Identifier": "Api"}),
            "ResourceNotFoundException: Resource server Api does not exist.".into(),
        ),
    ];
    for (operation, request, expected) in cases {
        let refused = pool.refused(operation, request.clone()).await;
        assert_eq!(refused, expected, "{operation} {request}");
    }
}

#[tokio::test]
async fn a_client_names_scopes_that_exist_only() {
    let pool = TestPool::new(json!({})).await;
    weather(&pool).await;
    let client = |scope: &str| {
        json!({"UserPoolId": pool.id.as_str(), "ClientName": "machine", "GenerateSecret": true,
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": [scope]})
    };
    let scope = "https://weather.example.com/v1/read";
    let made = pool.ok("CreateUserPoolClient", client(scope)).await["UserPoolClient"].clone();
    assert_eq!(made["AllowedOAuthScopes"], json!([scope]));
    for unknown in [
        "https://weather.example.com/v1/fly",
        "https://weather.example.com/read",
        "read",
        "https://weather.example.com/v1",
    ] {
        let refused = pool.refused("CreateUserPoolClient", client(unknown)).await;
        let text = format!("ScopeDoesNotExistException: Invalid scope requested: {unknown}");
        assert_eq!(refused, text);
    }
    let update = |given: &str| {
        json!({"UserPoolId": pool.id.as_str(), "ClientId": made["ClientId"],
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
            "AllowedOAuthScopes": [given]})
    };
    pool.ok("UpdateUserPoolClient", update(scope)).await;
    let emptied = json!({"Identifier": "https://weather.example.com/v1", "Name": "Weather"});
    pool.ok("UpdateResourceServer", emptied).await;
    let both = json!({"UserPoolId": pool.id.as_str(), "ClientId": made["ClientId"]});
    let shown = pool.ok("DescribeUserPoolClient", both).await;
    assert_eq!(
        shown["UserPoolClient"]["AllowedOAuthScopes"],
        json!([scope])
    );
    assert_eq!(
        pool.refused("UpdateUserPoolClient", update(scope)).await,
        format!("ScopeDoesNotExistException: Invalid scope requested: {scope}")
    );
}

#[tokio::test]
async fn servers_are_listed_by_identifier_in_pages() {
    let pool = TestPool::new(json!({})).await;
    for identifier in ["c", "a", "b"] {
        let given = json!({"Identifier": identifier, "Name": identifier});
        pool.ok("CreateResourceServer", given).await;
    }
    let names = |page: &Value| -> Vec<String> {
        let servers = page["ResourceServers"].as_array().unwrap();
        let names = servers.iter().map(|one| one["Identifier"].as_str());
        names.map(|name| name.unwrap().to_owned()).collect()
    };
    let first = pool
        .ok("ListResourceServers", json!({"MaxResults": 2}))
        .await;
    assert_eq!(names(&first), ["a", "b"]);
    let next = json!({"MaxResults": 2, "NextToken": first["NextToken"]});
    let second = pool.ok("ListResourceServers", next).await;
    assert_eq!(names(&second), ["c"]);
    assert_eq!(second.get("NextToken"), None);
    let all = pool.ok("ListResourceServers", json!({})).await;
    assert_eq!(names(&all), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_pool_has_25_servers_where_quotas_hold() {
    for (attempt_limits, is_marked, allowed) in [
        (true, false, false),
        (false, true, false),
        (false, false, true),
    ] {
        let settings = Settings {
            attempt_limits,
            ..Settings::default()
        };
        let pool = TestPool::with(json!({}), settings, |_| {}).await;
        if is_marked {
            pool.mark();
        }
        for number in 0..25 {
            let given = json!({"Identifier": format!("api-{number}"), "Name": "n"});
            pool.ok("CreateResourceServer", given).await;
        }
        let more = json!({"Identifier": "more", "Name": "n"});
        let made = pool.call("CreateResourceServer", more).await;
        assert_eq!(made.is_ok(), allowed);
        if let Err(refused) = made {
            assert!(refused.starts_with("LimitExceededException: "), "{refused}");
        }
    }
}
