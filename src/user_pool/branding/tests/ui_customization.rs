use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{FilePath, file};
use crate::test_pool::TestPool;

const CSS: &str = ".label-customizable {font-weight: 400;}";

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

const JPEG: &[u8] = b"\xff\xd8\xff\xe0rest";

const NO_DOMAIN: &str =
    "InvalidParameterException: A domain must be associated with this user pool.";

async fn pool_with_domain() -> TestPool {
    let pool = TestPool::new(json!({})).await;
    let domain = json!({"UserPoolId": pool.id.as_str(), "Domain": "house"});
    pool.ok("CreateUserPoolDomain", domain).await;
    pool
}

fn base64(bytes: &[u8]) -> Value {
    json!(STANDARD.encode(bytes))
}

async fn set(pool: &TestPool, members: Value) -> Value {
    let made = pool.ok("SetUICustomization", members).await;
    made["UICustomization"].clone()
}

async fn get(pool: &TestPool, members: Value) -> Value {
    let found = pool.ok("GetUICustomization", members).await;
    found["UICustomization"].clone()
}

#[tokio::test]
async fn a_pool_needs_a_domain_to_be_customized_but_not_to_be_asked() {
    let pool = TestPool::new(json!({})).await;
    let refused = pool
        .refused("SetUICustomization", json!({"CSS": CSS}))
        .await;
    assert_eq!(refused, NO_DOMAIN);
    assert_eq!(get(&pool, json!({})).await, json!({}));
}

#[tokio::test]
async fn a_client_has_its_own_look_or_that_of_all() {
    let pool = pool_with_domain().await;
    let client = json!({"ClientId": pool.client.as_str()});
    assert_eq!(get(&pool, client.clone()).await, json!({}));
    let all = set(&pool, json!({"CSS": CSS})).await;
    assert_eq!(
        all,
        json!({
            "UserPoolId": pool.id.as_str(), "ClientId": "ALL", "CSS": CSS,
            "CSSVersion": "20270115080000",
            "LastModifiedDate": 1_800_000_000.0, "CreationDate": 1_800_000_000.0,
        })
    );
    for asked in [json!({}), json!({"ClientId": "ALL"}), client.clone()] {
        assert_eq!(get(&pool, asked).await, all);
    }
    pool.advance(Duration::from_secs(1));
    let own = json!({"ClientId": pool.client.as_str(), "CSS": ".logo-customizable {}"});
    let own = set(&pool, own).await;
    assert_eq!(own["ClientId"], pool.client.as_str());
    assert_eq!(own["CSSVersion"], "20270115080001");
    assert_eq!(get(&pool, client.clone()).await, own);
    assert_eq!(get(&pool, json!({})).await, all);
    // Neither CSS nor image: back to the look of all.
    assert_eq!(set(&pool, client.clone()).await, json!({}));
    assert_eq!(get(&pool, client).await, all);
}

#[tokio::test]
async fn css_and_logo_are_set_together_and_served_at_their_address() {
    let pool = pool_with_domain().await;
    let both = set(&pool, json!({"CSS": CSS, "ImageFile": base64(PNG)})).await;
    let url = both["ImageUrl"].as_str().unwrap();
    let path = url.strip_prefix("http://localhost:9229").unwrap();
    let expected = format!("/{}/ALL/20270115080000/assets/images/image.jpg", pool.id);
    assert_eq!(path, expected);
    let served = |path: &str| FilePath::at(path).and_then(|path| file(&pool.cx, path));
    let logo = served(path).unwrap();
    assert_eq!((logo.content_type, &logo.bytes[..]), ("image/png", PNG));
    let css = path.replace("images/image.jpg", "CSS/custom-css.css");
    assert_eq!(served(&css).unwrap().bytes, CSS.as_bytes());
    for elsewhere in [
        path.replace("ALL", pool.client.as_str()),
        path.replace("20270115080000", "20270115080001"),
        path.replace(pool.id.as_str(), "us-east-1_Unknown00"),
        path.replace("image.jpg", "image.png"),
        format!("{path}/"),
        "/".to_owned(),
    ] {
        assert_eq!(served(&elsewhere), None, "{elsewhere}");
    }
    pool.advance(Duration::from_secs(60));
    let image = set(&pool, json!({"ImageFile": base64(JPEG)})).await;
    assert_eq!(image.get("CSS"), None);
    assert_eq!(image.get("CSSVersion"), None);
    assert_eq!(image["CreationDate"], both["CreationDate"]);
    assert_eq!(image["LastModifiedDate"], 1_800_000_060.0);
    let url = image["ImageUrl"].as_str().unwrap();
    let path = url.strip_prefix("http://localhost:9229").unwrap();
    assert_eq!(served(path).unwrap().content_type, "image/jpeg");
    let css_alone = set(&pool, json!({"CSS": CSS})).await;
    assert_eq!(css_alone.get("ImageUrl"), None);
    assert_eq!(served(path), None);
}

#[tokio::test]
async fn what_aws_would_refuse_is_refused() {
    let pool = pool_with_domain().await;
    let large = [PNG, &vec![0; 110_000][..]].concat();
    for (members, expected) in [
        (
            json!({"CSS": ".foreign { }"}),
            "InvalidParameterException: The CSS class .foreign is not in the list of allowed \
             classes.",
        ),
        (
            json!({"ImageFile": base64(b"GIF89a")}),
            "InvalidParameterException: The image file must be a PNG or JPEG file.",
        ),
        (
            json!({"ImageFile": base64(&large)}),
            "RequestEntityTooLargeException: Request size limit exceeded",
        ),
        (
            json!({"ClientId": "other", "CSS": CSS}),
            "ResourceNotFoundException: User pool client other does not exist.",
        ),
    ] {
        let refused = pool.refused("SetUICustomization", members).await;
        assert_eq!(refused, expected);
    }
    let unknown = json!({"ClientId": "other"});
    assert_eq!(
        pool.refused("GetUICustomization", unknown).await,
        "ResourceNotFoundException: User pool client other does not exist."
    );
    assert_eq!(get(&pool, json!({})).await, json!({}));
}

#[tokio::test]
async fn a_look_goes_with_its_client() {
    let pool = pool_with_domain().await;
    let own = json!({"ClientId": pool.client.as_str(), "ImageFile": base64(PNG)});
    let own = set(&pool, own).await;
    let url = own["ImageUrl"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://localhost:9229").unwrap();
    let client = json!({"UserPoolId": pool.id.as_str(), "ClientId": pool.client.as_str()});
    pool.ok("DeleteUserPoolClient", client).await;
    assert_eq!(
        FilePath::at(path).and_then(|path| file(&pool.cx, path)),
        None
    );
}
