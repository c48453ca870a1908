use serde_json::{Value, json};

use crate::model::cognito_idp::AssetCategoryType;
use crate::test_pool::TestPool;
use crate::user_pool::branding::managed_login_settings;

/// A picture of one byte.
fn asset(category: &str, mode: &str, extension: &str, bytes: &str) -> Value {
    json!({"Category": category, "ColorMode": mode, "Extension": extension, "Bytes": bytes})
}

async fn create(pool: &TestPool, mut members: Value) -> Value {
    members["ClientId"] = json!(pool.client.as_str());
    let made = pool.ok("CreateManagedLoginBranding", members).await;
    made["ManagedLoginBranding"].clone()
}

async fn describe(pool: &TestPool, style: &Value, merged: bool) -> Value {
    let id = &style["ManagedLoginBrandingId"];
    let request = json!({"ManagedLoginBrandingId": id, "ReturnMergedResources": merged});
    let found = pool.ok("DescribeManagedLoginBranding", request).await;
    found["ManagedLoginBranding"].clone()
}

async fn update(pool: &TestPool, style: &Value, mut members: Value) -> Value {
    members["ManagedLoginBrandingId"] = style["ManagedLoginBrandingId"].clone();
    let made = pool.ok("UpdateManagedLoginBranding", members).await;
    made["ManagedLoginBranding"].clone()
}

const NO_STYLE: &str = "ResourceNotFoundException: Managed login branding does not exist.";

const NOT_BOTH: &str = "InvalidParameterException: useCognitoProvidedValues or settings should be \
                        specified (but not both)";

#[tokio::test]
async fn a_style_with_awss_values_has_no_settings_until_they_are_merged() {
    let pool = TestPool::new(json!({})).await;
    let style = create(&pool, json!({"UseCognitoProvidedValues": true})).await;
    assert_eq!(
        style,
        json!({
            "ManagedLoginBrandingId": style["ManagedLoginBrandingId"],
            "UserPoolId": pool.id.as_str(), "UseCognitoProvidedValues": true, "Assets": [],
            "CreationDate": 1_800_000_000.0, "LastModifiedDate": 1_800_000_000.0,
        })
    );
    assert_eq!(describe(&pool, &style, false).await, style);
    let merged = describe(&pool, &style, true).await;
    assert_eq!(merged["Settings"], managed_login_settings::merged(None));
    let by_client = json!({"ClientId": pool.client.as_str(), "ReturnMergedResources": true});
    let found = pool
        .ok("DescribeManagedLoginBrandingByClient", by_client)
        .await;
    assert_eq!(found["ManagedLoginBranding"], merged);
}

#[tokio::test]
async fn settings_and_awss_values_exclude_each_other() {
    let pool = TestPool::new(json!({})).await;
    let client = pool.client.as_str();
    for members in [
        json!({"ClientId": client}),
        json!({"ClientId": client, "UseCognitoProvidedValues": false}),
        json!({"ClientId": client, "UseCognitoProvidedValues": true, "Settings": {}}),
    ] {
        let refused = pool.refused("CreateManagedLoginBranding", members).await;
        assert_eq!(refused, NOT_BOTH);
    }
    let style = create(&pool, json!({"Settings": {}})).await;
    assert_eq!(style["UseCognitoProvidedValues"], false);
    assert_eq!(style["Settings"], json!({}));
    let both = json!({"ManagedLoginBrandingId": style["ManagedLoginBrandingId"],
        "UseCognitoProvidedValues": true, "Settings": {}});
    assert_eq!(
        pool.refused("UpdateManagedLoginBranding", both).await,
        NOT_BOTH
    );
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name() {
    let pool = TestPool::new(json!({})).await;
    let logo = asset("FORM_LOGO", "LIGHT", "PNG", "AQ==");
    let style = create(
        &pool,
        json!({"Settings": {"components": {"form": {"borderRadius": 1}}}, "Assets": [logo]}),
    )
    .await;
    pool.advance(std::time::Duration::from_secs(60));
    let darker = json!({"categories": {"global": {"colorSchemeMode": "DARK"}}});
    let updated = update(&pool, &style, json!({"Settings": darker})).await;
    assert_eq!(
        updated["Settings"],
        json!({"components": {"form": {"borderRadius": 1}},
            "categories": {"global": {"colorSchemeMode": "DARK"}}})
    );
    assert_eq!(updated["Assets"], json!([logo]));
    assert_eq!(updated["CreationDate"], 1_800_000_000.0);
    assert_eq!(updated["LastModifiedDate"], 1_800_000_060.0);
    let other = asset("FORM_LOGO", "DARK", "SVG", "Ag==");
    let newer = asset("FORM_LOGO", "LIGHT", "WEBP", "Aw==");
    let updated = update(&pool, &style, json!({"Assets": [other, newer]})).await;
    assert_eq!(updated["Assets"], json!([newer, other]));
    let mut retyped = newer.clone();
    retyped.as_object_mut().unwrap().remove("Bytes");
    retyped["ResourceId"] = json!("my logo");
    let updated = update(&pool, &style, json!({"Assets": [retyped]})).await;
    retyped["Bytes"] = newer["Bytes"].clone();
    assert_eq!(updated["Assets"], json!([retyped, other]));
    assert_eq!(describe(&pool, &style, false).await, updated);
}

#[tokio::test]
async fn awss_values_take_settings_and_assets_away() {
    let pool = TestPool::new(json!({})).await;
    let logo = asset("PAGE_HEADER_LOGO", "DYNAMIC", "JPEG", "AQ==");
    let style = create(&pool, json!({"Settings": {}, "Assets": [logo]})).await;
    let icon = asset("FAVICON_ICO", "LIGHT", "ICO", "AQ==");
    let members = json!({"UseCognitoProvidedValues": true, "Assets": [icon]});
    let updated = update(&pool, &style, members).await;
    assert_eq!(updated["UseCognitoProvidedValues"], true);
    assert_eq!(updated.get("Settings"), None);
    assert_eq!(updated["Assets"], json!([icon]));
}

#[tokio::test]
async fn updates_do_not_gather_more_than_forty_assets() {
    let pool = TestPool::new(json!({})).await;
    let of = |mode: &str| -> Vec<Value> {
        AssetCategoryType::ALL
            .iter()
            .map(|category| match category.as_str() {
                "FAVICON_ICO" => asset("FAVICON_ICO", mode, "ICO", "AQ=="),
                "FAVICON_SVG" => asset("FAVICON_SVG", mode, "SVG", "AQ=="),
                name => asset(name, mode, "PNG", "AQ=="),
            })
            .collect()
    };
    let style = create(&pool, json!({"Settings": {}, "Assets": of("LIGHT")})).await;
    let updated = update(&pool, &style, json!({"Assets": of("DARK")})).await;
    assert_eq!(updated["Assets"].as_array().unwrap().len(), 30);
    let id = &style["ManagedLoginBrandingId"];
    let third = json!({"ManagedLoginBrandingId": id, "Assets": of("DYNAMIC")});
    // Inferred.
    assert_eq!(
        pool.refused("UpdateManagedLoginBranding", third).await,
        "InvalidParameterException: Too many assets."
    );
    assert_eq!(describe(&pool, &style, false).await, updated);
}

#[tokio::test]
async fn what_aws_would_refuse_is_refused() {
    let pool = TestPool::new(json!({})).await;
    let client = pool.client.as_str();
    let wrong_type = asset("FAVICON_ICO", "LIGHT", "SVG", "AQ==");
    // Each within its own limit, more than the request's together.
    let image = "AAAA".repeat(300_000);
    let large: Vec<Value> = ["LIGHT", "DARK"]
        .iter()
        .map(|mode| asset("FORM_LOGO", mode, "PNG", &image))
        .collect();
    for (members, expected) in [
        (
            json!({"ClientId": client, "Settings": {"colors": {}}}),
            "InvalidParameterException: Invalid settings: unknown member colors.",
        ),
        (
            json!({"ClientId": client, "UseCognitoProvidedValues": true, "Assets": [wrong_type]}),
            "InvalidParameterException: Asset category FAVICON_ICO does not support extension SVG.",
        ),
        (
            json!({"ClientId": client, "Settings": {}, "Assets": large}),
            "RequestEntityTooLargeException: Request size limit exceeded",
        ),
        (
            json!({"ClientId": "other", "UseCognitoProvidedValues": true}),
            "ResourceNotFoundException: User pool client other does not exist.",
        ),
    ] {
        let refused = pool.refused("CreateManagedLoginBranding", members).await;
        assert_eq!(refused, expected);
    }
    let unknown = json!({"ClientId": client});
    assert_eq!(
        pool.refused("DescribeManagedLoginBrandingByClient", unknown)
            .await,
        NO_STYLE
    );
}

#[tokio::test]
async fn a_client_has_one_style_until_it_is_deleted() {
    let pool = TestPool::new(json!({})).await;
    let style = create(&pool, json!({"UseCognitoProvidedValues": true})).await;
    let again = json!({"ClientId": pool.client.as_str(), "UseCognitoProvidedValues": true});
    let refused = pool.refused("CreateManagedLoginBranding", again).await;
    assert_eq!(
        refused,
        "ManagedLoginBrandingExistsException: Managed login branding already exists for the app \
         client."
    );
    let named = json!({"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]});
    let deleted = pool.ok("DeleteManagedLoginBranding", named.clone()).await;
    assert_eq!(deleted, Value::Null);
    for operation in [
        "DescribeManagedLoginBranding",
        "UpdateManagedLoginBranding",
        "DeleteManagedLoginBranding",
    ] {
        assert_eq!(pool.refused(operation, named.clone()).await, NO_STYLE);
    }
    create(&pool, json!({"Settings": {}})).await;
}

#[tokio::test]
async fn a_style_goes_with_its_client_and_a_pool_has_twenty() {
    let pool = TestPool::new(json!({})).await;
    let style = create(&pool, json!({"UseCognitoProvidedValues": true})).await;
    let gone = json!({"UserPoolId": pool.id.as_str(), "ClientId": pool.client.as_str()});
    pool.ok("DeleteUserPoolClient", gone).await;
    let named = json!({"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]});
    assert_eq!(
        pool.refused("DescribeManagedLoginBranding", named).await,
        NO_STYLE
    );
    for count in 0..=20 {
        let client = json!({"UserPoolId": pool.id.as_str(), "ClientName": "c"});
        let client = pool.ok("CreateUserPoolClient", client).await;
        let members = json!({"ClientId": client["UserPoolClient"]["ClientId"], "Settings": {}});
        let made = pool.call("CreateManagedLoginBranding", members).await;
        if count < 20 {
            assert!(made.is_ok(), "{made:?}");
        } else {
            assert_eq!(
                made.unwrap_err(),
                "LimitExceededException: The limit of managed login branding styles in the user \
                 pool has been exceeded."
            );
        }
    }
}

#[tokio::test]
async fn an_update_names_pool_and_style() {
    let pool = TestPool::new(json!({})).await;
    let refused = pool.refused("UpdateManagedLoginBranding", json!({})).await;
    assert_eq!(
        refused,
        "InvalidParameterException: Missing required parameter ManagedLoginBrandingId"
    );
}
