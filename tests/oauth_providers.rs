//! Identity providers of an app client, as its settings and requests change under way.

use serde_json::{Value, json};

use crate::http::wire::Answer;
use crate::oauth_browser::{CALLBACK, Hosted, POOL, encode, location, of_client, parameter};

/// A client of these providers; Office is played by the stand-in, and has an identifier.
async fn client(hosted: &mut Hosted, providers: &[&str]) -> String {
    let provider = json!({"UserPoolId": POOL, "ProviderName": "Office", "ProviderType": "SAML",
        "IdpIdentifiers": ["office.example"], "AttributeMapping": {"email": "email"},
        "ProviderDetails": {"MetadataURL": "https://idp.poolhouse.test/saml/metadata"}});
    hosted.call("CreateIdentityProvider", &provider).await;
    let provider = json!({"UserPoolId": POOL, "ProviderName": "Corp", "ProviderType": "OIDC",
        "AttributeMapping": {"email": "email"},
        "ProviderDetails": {"client_id": "c", "client_secret": "s", "authorize_scopes": "openid email",
            "attributes_request_method": "GET", "oidc_issuer": "https://idp.poolhouse.test"}});
    hosted.call("CreateIdentityProvider", &provider).await;
    let made = hosted
        .call("CreateUserPoolClient", &with(None, providers))
        .await;
    let id = made["UserPoolClient"]["ClientId"].as_str().unwrap();
    let style = json!({"UserPoolId": POOL, "ClientId": id, "UseCognitoProvidedValues": true});
    hosted.call("CreateManagedLoginBranding", &style).await;
    id.to_owned()
}

fn with(id: Option<&str>, providers: &[&str]) -> Value {
    let mut client = json!({"UserPoolId": POOL, "ClientName": "app", "CallbackURLs": [CALLBACK],
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"],
        "AllowedOAuthFlowsUserPoolClient": true, "SupportedIdentityProviders": providers,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]});
    if let Some(id) = id {
        client["ClientId"] = json!(id);
    }
    client
}

fn path_of(address: &str) -> &str {
    address.strip_prefix("http://localhost").unwrap()
}

/// Goes to a page, and posts a form there.
async fn post(hosted: &mut Hosted, path: &str, form: &[(&str, &str)]) -> Answer {
    hosted.send(&format!("GET {path}"), "", "").await;
    let token = hosted.cookies["XSRF-TOKEN"].clone();
    let form = [form, &[("csrf", &*token)]].concat();
    hosted.post(path, "", &form).await
}

#[tokio::test]
async fn a_client_without_the_pool_s_own_sign_in_has_none_of_its_pages() {
    let mut hosted = Hosted::new().await;
    let client = client(&mut hosted, &["Office"]).await;
    let forms = [
        (
            "/login",
            vec![("username", "alice"), ("password", "Poolhouse-1")],
        ),
        (
            "/signup",
            vec![("username", "eve"), ("password", "Poolhouse-1")],
        ),
        ("/forgotPassword", vec![("username", "alice")]),
    ];
    for (path, form) in forms {
        let query = encode(&of_client(&client));
        let refused = post(&mut hosted, &format!("{path}?{query}"), &form).await;
        assert_eq!((refused.status, location(&refused)), (401, ""), "{path}");
        assert!(refused.text().contains("Login option is not available."));
        let reason = refused.header("x-poolhouse-reason").unwrap();
        assert!(reason.contains("COGNITO"), "{path}: {reason}");
    }
    assert!(!hosted.cookies.contains_key("cognito"));
    let users = hosted.call("ListUsers", &json!({"UserPoolId": POOL})).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 2, "{users}");
    hosted.stop().await;
}

#[tokio::test]
async fn a_provider_that_the_client_lost_meanwhile_signs_nobody_in() {
    let mut hosted = Hosted::new().await;
    let client = client(&mut hosted, &["COGNITO", "Corp"]).await;
    for (providers, signs_in) in [(["COGNITO", "Corp"], true), (["COGNITO", "Office"], false)] {
        let more = [
            ("identity_provider", "Corp"),
            ("poolhouse_person", "jane"),
            ("prompt", "login"),
        ];
        let query = [&of_client(&client)[..], &more].concat();
        let asked = hosted.get("/oauth2/authorize", &query).await;
        let at = path_of(location(&asked)).to_owned();
        let chosen = hosted.send(&format!("GET {at}"), "", "").await;
        let back = path_of(location(&chosen)).to_owned();
        assert!(back.starts_with("/oauth2/idpresponse?"), "{back}");
        hosted
            .call("UpdateUserPoolClient", &with(Some(&client), &providers))
            .await;
        let done = hosted.send(&format!("GET {back}"), "", "").await;
        let to = location(&done);
        assert_eq!(parameter(to, "code").is_some(), signs_in, "{to}");
        if !signs_in {
            assert!(to.ends_with("/error?error=Invalid+state"), "{to}");
        }
    }
    hosted.stop().await;
}

#[tokio::test]
async fn an_address_of_mail_leads_to_its_provider_whatever_the_request_named() {
    let mut hosted = Hosted::new().await;
    let client = client(&mut hosted, &["COGNITO", "Office"]).await;
    for named in [
        ("identity_provider", "COGNITO"),
        ("idp_identifier", "elsewhere.example"),
        ("state", "s"),
    ] {
        let query = [&of_client(&client)[..], &[named]].concat();
        let page = format!("/login?{}", encode(&query));
        let form = [("idp_email", "jane@office.example")];
        let sent = post(&mut hosted, &page, &form).await;
        let to = path_of(location(&sent)).to_owned();
        let gone = hosted.send(&format!("GET {to}"), "", "").await;
        let to = location(&gone);
        assert!(to.contains("/_poolhouse/idp/saml/sso?"), "{named:?}: {to}");
    }
    hosted.stop().await;
}
