use std::sync::Arc;

use serde_json::{Value, json};

use crate::context::Settings;
use crate::outbound::{Fetched, Fetching, NotFetched, Outbound};
use crate::store::user_pool::identity_provider::Metadata;
use crate::test_pool::{TestPool, server};

const SSO: &str = "https://idp.example.com/sso?a=1&b=2";

fn metadata(certificate: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="encryption"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
      <X509Certificate>
{certificate}
      </X509Certificate></X509Data></KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/post"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso?a=1&amp;b=2"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#
    )
}

async fn certificate(pool: &TestPool) -> String {
    let answer = pool.ok("GetSigningCertificate", signed(pool)).await;
    answer["Certificate"].as_str().unwrap().to_owned()
}

fn signed(pool: &TestPool) -> Value {
    json!({"UserPoolId": pool.id.as_str()})
}

pub(super) async fn saml(pool: &TestPool, name: &str) -> Value {
    let file = metadata(&certificate(pool).await);
    let request = json!({"ProviderName": name, "ProviderType": "SAML",
        "ProviderDetails": {"MetadataFile": file}, "AttributeMapping": {"email": "mail"}});
    pool.ok("CreateIdentityProvider", request).await["IdentityProvider"].clone()
}

pub(super) async fn google(pool: &TestPool) -> Value {
    let request = json!({"ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": social()});
    pool.ok("CreateIdentityProvider", request).await["IdentityProvider"].clone()
}

fn social() -> Value {
    json!({"client_id": "id", "client_secret": "secret", "authorize_scopes": "email"})
}

fn oidc() -> Value {
    json!({"client_id": "id", "authorize_scopes": "openid", "attributes_request_method": "GET",
        "oidc_issuer": "https://idp.example.com"})
}

fn apple() -> Value {
    json!({"client_id": "id", "private_key": "hidden", "team_id": "t", "key_id": "k",
        "authorize_scopes": "email"})
}

#[tokio::test]
async fn each_type_shows_the_endpoints_that_aws_adds() {
    let pool = TestPool::new(json!({})).await;
    let mut facebook = social();
    facebook["api_version"] = json!("v9.0");
    let types = [
        (
            "Google",
            "Google",
            social(),
            "sub",
            "token_url",
            "https://www.googleapis.com/oauth2/v4/token",
        ),
        (
            "Facebook",
            "Facebook",
            facebook,
            "id",
            "attributes_url",
            "https://graph.facebook.com/v9.0/me?fields=",
        ),
        (
            "LoginWithAmazon",
            "LoginWithAmazon",
            social(),
            "user_id",
            "authorize_url",
            "https://www.amazon.com/ap/oa",
        ),
        (
            "SignInWithApple",
            "SignInWithApple",
            apple(),
            "sub",
            "oidc_issuer",
            "https://appleid.apple.com",
        ),
        (
            "Own",
            "OIDC",
            oidc(),
            "sub",
            "attributes_url_add_attributes",
            "false",
        ),
    ];
    for (name, kind, details, username, key, value) in types {
        let request = json!({"ProviderName": name, "ProviderType": kind,
            "ProviderDetails": details, "AttributeMapping": {"email": "email"}});
        let made = pool.ok("CreateIdentityProvider", request).await;
        let shown = &made["IdentityProvider"];
        assert_eq!(shown["ProviderDetails"][key], value, "{name}");
        assert_eq!(
            shown["ProviderDetails"]["private_key"],
            Value::Null,
            "{name}"
        );
        assert_eq!(
            shown["AttributeMapping"],
            json!({"email": "email", "username": username})
        );
        assert_eq!(shown["IdpIdentifiers"], json!([]));
        assert_eq!(shown["AcrMapping"], Value::Null);
        assert_eq!(
            pool.ok("DescribeIdentityProvider", json!({"ProviderName": name}))
                .await,
            made
        );
        let group = format!("{}_{name}", pool.id);
        let group = pool.ok("GetGroup", json!({"GroupName": group})).await;
        assert_eq!(
            group["Group"]["Description"],
            format!("Autogenerated group for users who sign in using {name}")
        );
    }
}

#[tokio::test]
async fn the_name_of_the_own_directory_is_not_reserved() {
    let pool = TestPool::new(json!({})).await;
    for name in ["COGNITO", "Cognito"] {
        let request = json!({"ProviderName": name, "ProviderType": "OIDC",
            "ProviderDetails": oidc()});
        let made = pool.ok("CreateIdentityProvider", request).await;
        assert_eq!(made["IdentityProvider"]["ProviderName"], name);
    }
}

#[tokio::test]
async fn details_that_aws_refuses() {
    let pool = TestPool::new(json!({})).await;
    let with = |mut details: Value, key: &str, value: Value| {
        if value.is_null() {
            details.as_object_mut().unwrap().remove(key);
        } else {
            details[key] = value;
        }
        details
    };
    let file = metadata(&certificate(&pool).await);
    let saml = |extra: Value| {
        with(
            json!({"MetadataFile": file}),
            "RequestSigningAlgorithm",
            extra,
        )
    };
    for (name, kind, details, expected) in [
        (
            "Google",
            "Google",
            with(social(), "client_secret", json!(null)),
            "clientId, clientSecret and authorizeScopes are all required idp details.",
        ),
        (
            "SignInWithApple",
            "SignInWithApple",
            with(apple(), "key_id", json!("")),
            "clientId, privateKey, teamId, and keyId are all required idp details.",
        ),
        (
            "Own",
            "OIDC",
            with(oidc(), "oidc_issuer", json!(null)),
            "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.",
        ),
        (
            "Own",
            "OIDC",
            with(oidc(), "oidc_issuer", json!("http://idp.example.com")),
            "OIDC endpoint must start with https://",
        ),
        (
            "Own",
            "OIDC",
            with(oidc(), "attributes_request_method", json!("PUT")),
            "1 validation error detected: Value 'PUT' at 'attributesRequestMethod' failed to satisfy constraint: Member must satisfy enum value set: [POST, GET]",
        ),
        (
            "Own",
            "SAML",
            json!({}),
            "At least one of the MetadataURL or MetadataFile should be provided.",
        ),
        (
            "Own",
            "SAML",
            with(saml(json!(null)), "MetadataURL", json!("https://x")),
            "Only one of the MetadataURL or MetadataFile should be provided.",
        ),
        (
            "Own",
            "SAML",
            json!({"MetadataURL": "https://idp.example.com/metadata"}),
            "Error retrieving metadata from https://idp.example.com/metadata",
        ),
        (
            "Own",
            "SAML",
            saml(json!("rsa-sha1")),
            "Invalid value for RequestSigningAlgorithm in ProviderDetails.",
        ),
        (
            "Own",
            "SAML",
            json!({"MetadataFile": "<html/>"}),
            "Unable to unmarshall metadata",
        ),
        (
            "Own",
            "Google",
            social(),
            "Provider Own cannot be of type Google.",
        ),
        (
            "Google",
            "OIDC",
            oidc(),
            "Provider Google cannot be of type OIDC.",
        ),
    ] {
        let request =
            json!({"ProviderName": name, "ProviderType": kind, "ProviderDetails": details});
        let refused = pool.refused("CreateIdentityProvider", request).await;
        assert_eq!(
            refused,
            format!("InvalidParameterException: {expected}"),
            "{name} {kind}"
        );
    }
    let listed = pool.ok("ListIdentityProviders", json!({})).await;
    assert_eq!(listed["Providers"], json!([]));
}

#[tokio::test]
async fn saml_metadata_is_read() {
    let pool = TestPool::new(json!({})).await;
    let shown = saml(&pool, "Corp").await;
    let details = &shown["ProviderDetails"];
    assert_eq!(details["SSORedirectBindingURI"], SSO);
    assert_eq!(
        details["SLORedirectBindingURI"],
        "https://idp.example.com/slo"
    );
    assert_eq!(
        details["ActiveEncryptionCertificate"],
        certificate(&pool).await
    );
    assert_eq!(shown["AttributeMapping"], json!({"email": "mail"}));
    let kept = pool.cx.pool(&pool.id).unwrap().read(|state| {
        let provider = Arc::clone(state.providers.get("Corp").unwrap());
        provider.metadata.clone().unwrap()
    });
    assert_eq!(kept.entity_id, "https://idp.example.com");
    assert_eq!(kept.certificates.len(), 1);
}

#[test]
fn what_is_no_metadata_is_told() {
    let good = metadata("AAAA");
    assert!(Metadata::parse(&good).is_ok());
    let broken = |from: &str, to: &str| Metadata::parse(&good.replace(from, to)).unwrap_err();
    for (from, to, expected) in [
        ("</md:EntityDescriptor>", "", "within an element"),
        ("</md:IDPSSODescriptor>", "</md:Other>", "not well-formed"),
        (" entityID=\"https://idp.example.com\"", "", "no entityID"),
        (
            "SAML:2.0:metadata\"",
            "SAML:1.0:metadata\"",
            "no IDPSSODescriptor",
        ),
        (
            "HTTP-Redirect\" Location=\"https://idp.example.com/sso",
            "Other\" Location=\"https://idp.example.com/sso",
            "no SingleSignOnService",
        ),
        ("AAAA", "?", "not Base64"),
        (
            "<?xml version=\"1.0\"?>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>",
            "DOCTYPE",
        ),
    ] {
        let fault = broken(from, to);
        assert!(fault.contains(expected), "{from}: {fault}");
    }
}

/// Answers with the metadata at `/metadata`, with 404 elsewhere.
struct Provider(String);

impl Outbound for Provider {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        let answer = match url {
            "https://idp.example.com/metadata" => Ok((200, self.0.clone())),
            "https://idp.example.com/other" => Ok((404, String::new())),
            _ => Err(NotFetched::Failed("no such host".into())),
        };
        let answer = answer.map(|(status, body)| Fetched {
            status,
            body: body.into_bytes(),
            ..Fetched::default()
        });
        Box::pin(std::future::ready(answer))
    }
}

#[tokio::test]
async fn metadata_is_fetched_through_the_port() {
    let source = TestPool::new(json!({})).await;
    let file = metadata(&certificate(&source).await);
    let mut shared = server(Settings::default());
    shared.outbound = Box::new(Provider(file));
    let pool = TestPool::on(shared, json!({}), |_| {}).await;
    let request = |path: &str| {
        json!({"ProviderName": "Corp", "ProviderType": "SAML",
            "ProviderDetails": {"MetadataURL": format!("https://idp.example.com/{path}")}})
    };
    assert_eq!(
        pool.refused("CreateIdentityProvider", request("other"))
            .await,
        "InvalidParameterException: Non-ok status code 404 returned from remote metadata source https://idp.example.com/other"
    );
    assert_eq!(
        pool.refused("CreateIdentityProvider", request("none"))
            .await,
        "InvalidParameterException: Error retrieving metadata from https://idp.example.com/none"
    );
    let made = pool.ok("CreateIdentityProvider", request("metadata")).await;
    let details = &made["IdentityProvider"]["ProviderDetails"];
    assert_eq!(details["SSORedirectBindingURI"], SSO);
    assert_eq!(details["MetadataFile"], Value::Null);
}

#[tokio::test]
async fn metadata_with_expired_certificates_is_refused_and_a_new_certificate_comes_every_year() {
    let pool = TestPool::new(json!({})).await;
    let first = certificate(&pool).await;
    let file = metadata(&first);
    let request = json!({"ProviderName": "Corp", "ProviderType": "SAML",
        "ProviderDetails": {"MetadataFile": file}});
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    pool.advance(day * 364);
    assert_eq!(certificate(&pool).await, first);
    pool.advance(day);
    assert_ne!(certificate(&pool).await, first);
    pool.ok("CreateIdentityProvider", request.clone()).await;
    pool.advance(day * 3651);
    let update = json!({"ProviderName": "Corp", "ProviderDetails": request["ProviderDetails"]});
    assert_eq!(
        pool.refused("UpdateIdentityProvider", update).await,
        "InvalidParameterException: Signing certificates are expired"
    );
}

#[tokio::test]
async fn mappings_identifiers_and_levels_are_checked_against_the_pool() {
    let custom = json!([{"Name": "team", "AttributeDataType": "String", "Mutable": true}]);
    let pool = TestPool::new(json!({"Schema": custom})).await;
    google(&pool).await;
    let request = json!({"ProviderName": "Own", "ProviderType": "OIDC", "ProviderDetails": oidc(),
        "AttributeMapping": {"custom:team": "team", "email": "email"},
        "IdpIdentifiers": ["own.example.com"], "AcrMapping": {"Level2": "two"}});
    let made = pool.ok("CreateIdentityProvider", request.clone()).await;
    assert_eq!(
        made["IdentityProvider"]["AcrMapping"],
        json!({"Level2": "two"})
    );
    for (change, expected) in [
        (
            json!({"AttributeMapping": {"team": "a", "custom:none": "b", "sub": "c"}}),
            "AttributeMapping contains invalid mapping: [custom:none, sub, team]",
        ),
        (
            json!({"IdpIdentifiers": ["own.example.com"]}),
            "The identifier own.example.com is already in use in the user pool.",
        ),
        (
            json!({"IdpIdentifiers": ["twice", "twice"]}),
            "The identifier twice is already in use in the user pool.",
        ),
        (
            json!({"AcrMapping": {"Level1": "one"}}),
            "AcrMapping is not supported for providers of type Google.",
        ),
    ] {
        let mut change = change;
        change["ProviderName"] = json!("Google");
        let refused = pool.refused("UpdateIdentityProvider", change).await;
        assert_eq!(refused, format!("InvalidParameterException: {expected}"));
    }
    let refused = pool.refused("CreateIdentityProvider", request).await;
    assert!(
        refused.starts_with("DuplicateProviderException: "),
        "{refused}"
    );
}

#[tokio::test]
async fn an_update_replaces_what_it_sends_and_identifiers_follow() {
    let pool = TestPool::new(json!({})).await;
    google(&pool).await;
    let name = json!({"ProviderName": "Google"});
    let by = |identifier: &str| json!({"IdpIdentifier": identifier});
    let identifiers = json!({"ProviderName": "Google", "IdpIdentifiers": ["a.example.com", "b"]});
    let updated = pool.ok("UpdateIdentityProvider", identifiers).await;
    assert_eq!(
        updated["IdentityProvider"]["ProviderDetails"]["client_id"],
        "id"
    );
    let found = pool.ok("GetIdentityProviderByIdentifier", by("b")).await;
    assert_eq!(found, updated);
    let less = json!({"ProviderName": "Google", "IdpIdentifiers": ["b"],
        "ProviderDetails": {"client_id": "new", "client_secret": "s", "authorize_scopes": "email"}});
    let updated = pool.ok("UpdateIdentityProvider", less).await;
    assert_eq!(
        updated["IdentityProvider"]["ProviderDetails"]["client_id"],
        "new"
    );
    assert_eq!(
        updated["IdentityProvider"]["AttributeMapping"],
        json!({"username": "sub"})
    );
    let unknown =
        |name: &str| format!("ResourceNotFoundException: Identity provider {name} does not exist.");
    assert_eq!(
        pool.refused("GetIdentityProviderByIdentifier", by("a.example.com"))
            .await,
        unknown("a.example.com")
    );
    pool.ok("DeleteIdentityProvider", name.clone()).await;
    assert_eq!(
        pool.refused("GetIdentityProviderByIdentifier", by("b"))
            .await,
        unknown("b")
    );
    for operation in [
        "DescribeIdentityProvider",
        "UpdateIdentityProvider",
        "DeleteIdentityProvider",
    ] {
        assert_eq!(
            pool.refused(operation, name.clone()).await,
            unknown("Google"),
            "{operation}"
        );
    }
}

#[tokio::test]
async fn clients_name_providers_of_the_pool_only() {
    let pool = TestPool::new(json!({})).await;
    let id = pool.id.as_str();
    let request = json!({"UserPoolId": id, "ClientName": "c",
        "SupportedIdentityProviders": ["COGNITO", "Google"]});
    let unknown = format!(
        "InvalidParameterException: The provider Google does not exist for User Pool {id}."
    );
    assert_eq!(
        pool.refused("CreateUserPoolClient", request.clone()).await,
        unknown
    );
    google(&pool).await;
    let made = pool.ok("CreateUserPoolClient", request.clone()).await;
    let client = made["UserPoolClient"]["ClientId"].clone();
    let update = json!({"UserPoolId": id, "ClientId": client,
        "SupportedIdentityProviders": ["Google"]});
    pool.ok("UpdateUserPoolClient", update.clone()).await;
    pool.ok("DeleteIdentityProvider", json!({"ProviderName": "Google"}))
        .await;
    let shown = pool
        .ok(
            "DescribeUserPoolClient",
            json!({"UserPoolId": id, "ClientId": client}),
        )
        .await;
    assert_eq!(
        shown["UserPoolClient"]["SupportedIdentityProviders"],
        json!(["Google"])
    );
    assert_eq!(pool.refused("UpdateUserPoolClient", update).await, unknown);
}

#[tokio::test]
async fn providers_are_listed_in_pages() {
    let pool = TestPool::new(json!({})).await;
    google(&pool).await;
    for name in ["Alpha", "Beta"] {
        let request =
            json!({"ProviderName": name, "ProviderType": "OIDC", "ProviderDetails": oidc()});
        pool.ok("CreateIdentityProvider", request).await;
    }
    let names = |page: &Value| -> Vec<String> {
        let listed = page["Providers"].as_array().unwrap();
        listed
            .iter()
            .map(|it| it["ProviderName"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = pool
        .ok("ListIdentityProviders", json!({"MaxResults": 2}))
        .await;
    assert_eq!(names(&first), ["Alpha", "Beta"]);
    let next = json!({"MaxResults": 2, "NextToken": first["NextToken"]});
    let last = pool.ok("ListIdentityProviders", next).await;
    assert_eq!(names(&last), ["Google"]);
    assert_eq!(last["NextToken"], Value::Null);
}
