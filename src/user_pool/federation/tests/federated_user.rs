use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::test_pool::functions::{self, Act, Scripted};
use crate::test_pool::{TestPool, attributes};
use crate::user_pool::federation::mapping::Told;
use crate::user_pool::federation::refused::Code;

struct Bench {
    pool: TestPool,
    functions: Arc<Scripted>,
}

impl Bench {
    /// A pool with Google, which tells e-mail, name and a custom attribute.
    async fn new(mut members: Value) -> Self {
        let mut mapping = json!({"email": "email", "name": "name"});
        if members.get("Schema").is_none() {
            mapping["custom:team"] = "groups".into();
            members["Schema"] = json!([
                {"Name": "team", "AttributeDataType": "String", "Mutable": true},
                {"Name": "badge", "AttributeDataType": "String", "Mutable": false},
                {"Name": "birthdate", "AttributeDataType": "String", "Mutable": false},
            ]);
        }
        let (pool, functions) = functions::pool("V1_0", members, |_| {}).await;
        let google = json!({"UserPoolId": pool.id.as_str(), "ProviderName": "Google", "ProviderType": "Google",
            "ProviderDetails": {"client_id": "c", "client_secret": "s", "authorize_scopes": "openid"},
            "AttributeMapping": mapping});
        pool.ok("CreateIdentityProvider", google).await;
        functions.events();
        Self { pool, functions }
    }

    async fn map(&self, mapping: Value) {
        let update = json!({"UserPoolId": self.pool.id.as_str(), "ProviderName": "Google",
            "AttributeMapping": mapping});
        self.pool.ok("UpdateIdentityProvider", update).await;
    }

    async fn sign_in(&self, claims: &[(&str, &str)]) -> Result<SignedIn, Refused> {
        let stored = self.pool.cx.pool(&self.pool.id).unwrap();
        let (client, provider) = stored.read(|state| {
            let client = state.clients.get(&self.pool.client).map(Arc::clone);
            (
                client.unwrap(),
                Arc::clone(state.providers.get("Google").unwrap()),
            )
        });
        let claims: BTreeMap<String, String> = claims
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let vouched = Vouched {
            subject: claims.get("sub").unwrap().clone(),
            issuer: None,
            acr: claims.get("acr").cloned(),
            told: Told::OpenId {
                token_response: BTreeMap::new(),
                id_token: claims,
                user_info: BTreeMap::new(),
            },
        };
        sign_in(&self.pool.cx, &stored, &client, &provider, vouched).await
    }

    async fn refused(&self, claims: &[(&str, &str)]) -> (String, String) {
        let refused = self.sign_in(claims).await.unwrap_err();
        (
            refused.code.as_str().to_owned(),
            refused.description.unwrap_or_default(),
        )
    }
}

fn invalid(text: &str) -> (String, String) {
    ("invalid_request".to_owned(), text.to_owned())
}

#[tokio::test]
async fn somebody_new_is_made_and_somebody_known_is_written_again() {
    let bench = Bench::new(json!({})).await;
    let claims = [
        ("sub", "1029"),
        ("email", "Ann@Example.com"),
        ("name", "Ann"),
        ("groups", "[a,b]"),
    ];
    let made = bench.sign_in(&claims).await.unwrap().user;
    assert_eq!(&*made.username, "Google_1029");
    assert_eq!(made.status, UserStatusType::ExternalProvider);
    assert!(made.password.is_none());
    for (name, value) in [
        ("email", "Ann@Example.com"),
        ("email_verified", "false"),
        ("name", "Ann"),
        ("custom:team", "[a,b]"),
    ] {
        assert_eq!(made.attributes.get(name), Some(value), "{name}");
    }
    let identities: Value =
        serde_json::from_str(made.attributes.get("identities").unwrap()).unwrap();
    assert_eq!(
        identities,
        json!([{"userId": "1029", "providerName": "Google", "providerType": "Google", "issuer": null,
            "primary": true, "dateCreated": bench.pool.cx.now().0}])
    );
    assert_eq!(
        bench.functions.sources(),
        [
            "InboundFederation_ExternalProvider",
            "PreSignUp_ExternalProvider",
            "PostConfirmation_ConfirmSignUp"
        ]
    );
    let group = format!("{}_Google", bench.pool.id);
    let groups = bench
        .pool
        .ok("AdminListGroupsForUser", json!({"Username": "Google_1029"}))
        .await;
    assert_eq!(groups["Groups"][0]["GroupName"], group);

    // What is told is written, what is not stays.
    let again = bench
        .sign_in(&[("sub", "1029"), ("name", "Anna")])
        .await
        .unwrap()
        .user;
    assert_eq!(again.sub, made.sub);
    assert_eq!(again.attributes.get("name"), Some("Anna"));
    assert_eq!(again.attributes.get("email"), Some("Ann@Example.com"));
    assert_eq!(
        bench.functions.sources(),
        [
            "InboundFederation_ExternalProvider",
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication"
        ]
    );
}

#[tokio::test]
async fn functions_are_told_what_the_provider_said() {
    let bench = Bench::new(json!({})).await;
    bench
        .sign_in(&[("sub", "1"), ("email", "a@b")])
        .await
        .unwrap();
    let events = bench.functions.events();
    assert_eq!(events[0]["userName"], "Google_1");
    assert_eq!(
        events[0]["request"],
        json!({"providerName": "Google", "providerType": "Google", "attributes": {
            "tokenResponse": {}, "idToken": {"sub": "1", "email": "a@b"}, "userInfo": {}}})
    );
    assert_eq!(
        events[1]["request"],
        json!({"userAttributes": {"email": "a@b", "email_verified": "false", "cognito:email_alias": "",
            "cognito:phone_number_alias": ""}, "validationData": {}})
    );
    assert_eq!(events[1]["callerContext"]["clientId"], "client");
    assert_eq!(
        events[2]["request"]["userAttributes"]["cognito:user_status"],
        "EXTERNAL_PROVIDER"
    );
}

#[tokio::test]
async fn inbound_federation_replaces_what_is_mapped() {
    let bench = Bench::new(json!({})).await;
    bench.functions.does(|source, _| match source {
        "InboundFederation_ExternalProvider" => {
            Act::Return(json!({"userAttributesToMap": {"sub": "1", "name": "B"}}))
        }
        _ => Act::nothing(),
    });
    let claims = [("sub", "1"), ("email", "a@b"), ("name", "A")];
    let user = bench.sign_in(&claims).await.unwrap().user;
    assert_eq!(user.attributes.get("name"), Some("B"));
    assert_eq!(user.attributes.get("email"), None);
    bench
        .functions
        .does(|_, _| Act::Return(json!({"userAttributesToMap": {"name": "B"}})));
    assert_eq!(
        bench.refused(&claims).await,
        invalid("attributes required: [username]")
    );
}

#[tokio::test]
async fn every_refusal_has_its_sentence() {
    let bench = Bench::new(json!({"Schema": [
        {"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true},
        {"Name": "name", "AttributeDataType": "String", "Required": true, "Mutable": true},
        {"Name": "badge", "AttributeDataType": "String", "Mutable": false},
        {"Name": "level", "AttributeDataType": "Number", "Mutable": true},
    ]}))
    .await;
    bench.map(json!({"email": "email", "name": "name", "custom:badge": "badge", "custom:level": "level"})).await;
    let whole = [
        ("sub", "1"),
        ("email", "a@b"),
        ("name", "A"),
        ("badge", "7"),
    ];
    assert_eq!(
        bench.refused(&[("sub", "1"), ("name", "A")]).await,
        invalid("attributes required: [email]")
    );
    assert_eq!(
        bench.refused(&[("sub", "1")]).await,
        invalid("attributes required: [name, email]")
    );
    // Nothing was asked of functions but what to map.
    assert!(
        !bench
            .functions
            .sources()
            .iter()
            .any(|source| source.starts_with("PreSignUp"))
    );
    assert_eq!(
        bench
            .refused(&[("sub", "1"), ("email", "x"), ("name", "A")])
            .await,
        invalid("Invalid email address format.")
    );
    for (source, sentence) in [
        (
            "InboundFederation",
            "InboundFederation failed with error no. ",
        ),
        ("PreSignUp", "PreSignUp failed with error no. "),
    ] {
        bench
            .functions
            .does(move |told, _| match told.starts_with(source) {
                true => Act::Fail,
                false => Act::nothing(),
            });
        assert_eq!(bench.refused(&whole).await, invalid(sentence));
    }
    // Who confirms too late is told, and the user stays.
    bench
        .functions
        .does(|told, _| match told.starts_with("PostConfirmation") {
            true => Act::Fail,
            false => Act::nothing(),
        });
    assert_eq!(
        bench.refused(&whole).await,
        invalid("PostConfirmation failed with error no. ")
    );
    bench.functions.does(|_, _| Act::nothing());
    // An immutable attribute is written once.
    assert_eq!(
        bench.refused(&whole).await,
        invalid("user.custom:badge: Attribute cannot be updated.\n")
    );
    let known = [("sub", "1"), ("name", "B")];
    for (source, sentence) in [
        (
            "PreAuthentication",
            "PreAuthentication failed with error no. ",
        ),
        (
            "PostAuthentication",
            "PostAuthentication failed with error no. ",
        ),
    ] {
        bench
            .functions
            .does(move |told, _| match told.starts_with(source) {
                true => Act::Fail,
                false => Act::nothing(),
            });
        assert_eq!(bench.refused(&known).await, invalid(sentence));
    }
    bench.functions.does(|_, _| Act::nothing());
    bench
        .pool
        .ok("AdminDisableUser", json!({"Username": "Google_1"}))
        .await;
    assert_eq!(bench.refused(&known).await, invalid("User is disabled."));
}

#[tokio::test]
async fn a_name_that_a_local_user_has_is_told() {
    let bench = Bench::new(json!({})).await;
    bench.pool.confirmed("Google_5", json!([])).await;
    let told = bench.refused(&[("sub", "5")]).await;
    assert_eq!(
        told,
        invalid("Already found an entry for username Google_5")
    );
}

#[tokio::test]
async fn what_the_client_may_not_write_is_not_mapped() {
    let bench = Bench::new(json!({})).await;
    let stored = bench.pool.cx.pool(&bench.pool.id).unwrap();
    stored
        .change(|draft| {
            let client = draft.state().clients.get(&bench.pool.client).unwrap();
            let mut client = AppClient::clone(client);
            client.write_attributes = Some(vec!["name".into()]);
            draft.put_client(client);
            Ok(())
        })
        .unwrap();
    assert!(bench.sign_in(&[("sub", "1"), ("name", "A")]).await.is_ok());
    assert_eq!(
        bench.refused(&[("sub", "1"), ("email", "a@b")]).await,
        invalid("A client attempted to write unauthorized attribute")
    );
}

fn link(attribute: &str, value: &str) -> Value {
    json!({"SourceUser": {"ProviderName": "Google", "ProviderAttributeName": attribute,
        "ProviderAttributeValue": value},
        "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "ann"}})
}

#[tokio::test]
async fn a_linked_identity_is_its_local_user() {
    let bench = Bench::new(json!({})).await;
    bench
        .pool
        .confirmed("ann", attributes([("email", "ann@example.com")]))
        .await;
    bench
        .pool
        .ok("AdminLinkProviderForUser", link("Cognito_Subject", "77"))
        .await;
    let user = bench
        .sign_in(&[("sub", "77"), ("name", "Ann")])
        .await
        .unwrap()
        .user;
    assert_eq!(
        (&*user.username, user.status),
        ("ann", UserStatusType::Confirmed)
    );
    assert_eq!(user.attributes.get("name"), Some("Ann"));
}

#[tokio::test]
async fn an_identity_that_is_linked_by_an_attribute_goes_by_its_own_id_once_it_has_signed_in() {
    // OIDC and SAML providers alone can be linked so.
    let bench = Bench::new(json!({})).await;
    let pool = &bench.pool;
    let oidc = json!({"UserPoolId": pool.id.as_str(), "ProviderName": "Corp", "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "c", "authorize_scopes": "openid", "oidc_issuer": "https://idp.poolhouse.test",
            "attributes_request_method": "GET"}, "AttributeMapping": {"email": "email"}});
    pool.ok("CreateIdentityProvider", oidc).await;
    pool.confirmed("ann", json!([])).await;
    let mut by_email = link("email", "ann@corp.example");
    by_email["SourceUser"]["ProviderName"] = "Corp".into();
    pool.ok("AdminLinkProviderForUser", by_email).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    for subject in ["s-1", "s-1"] {
        let (client, provider) = stored.read(|state| {
            let client = state.clients.get(&pool.client).map(Arc::clone);
            (
                client.unwrap(),
                Arc::clone(state.providers.get("Corp").unwrap()),
            )
        });
        let claims = BTreeMap::from([("email".to_owned(), "ann@corp.example".to_owned())]);
        let vouched = Vouched {
            subject: subject.into(),
            issuer: None,
            acr: None,
            told: Told::Saml(claims),
        };
        let signed_in = sign_in(&pool.cx, &stored, &client, &provider, vouched)
            .await
            .unwrap();
        assert_eq!(&*signed_in.user.username, "ann");
        let entries = entries(&signed_in.user);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].user_id, "s-1");
    }
}

#[tokio::test]
async fn a_function_that_links_the_identity_makes_it_somebody_known() {
    let bench = Bench::new(json!({})).await;
    bench.pool.confirmed("ann", json!([])).await;
    let mut request = link("Cognito_Subject", "9");
    request["UserPoolId"] = bench.pool.id.as_str().into();
    bench.functions.does(move |source, _| match source {
        "PreSignUp_ExternalProvider" => {
            Act::Call(vec![("AdminLinkProviderForUser", request.clone())])
        }
        _ => Act::nothing(),
    });
    bench.functions.events();
    let user = bench.sign_in(&[("sub", "9")]).await.unwrap().user;
    assert_eq!(&*user.username, "ann");
    assert_eq!(
        bench.functions.sources(),
        [
            "InboundFederation_ExternalProvider",
            "PreSignUp_ExternalProvider"
        ]
    );
}

#[tokio::test]
async fn an_address_may_be_that_of_a_local_user_where_addresses_are_names() {
    let bench = Bench::new(json!({"UsernameAttributes": ["email"]})).await;
    bench.pool.confirmed("ann@example.com", json!([])).await;
    let user = bench
        .sign_in(&[("sub", "1"), ("email", "ann@example.com")])
        .await
        .unwrap()
        .user;
    assert_eq!(&*user.username, "Google_1");
    let found = bench
        .pool
        .ok("AdminGetUser", json!({"Username": "ann@example.com"}))
        .await;
    assert_eq!(found["UserStatus"], "CONFIRMED");
}

#[tokio::test]
async fn an_alias_that_somebody_has_is_refused() {
    let bench = Bench::new(json!({"AliasAttributes": ["email"]})).await;
    bench
        .map(json!({"email": "email", "email_verified": "email_verified"}))
        .await;
    let verified = attributes([("email", "ann@example.com"), ("email_verified", "true")]);
    bench
        .pool
        .ok(
            "AdminCreateUser",
            json!({"Username": "ann", "UserAttributes": verified}),
        )
        .await;
    let claims = [
        ("sub", "1"),
        ("email", "ann@example.com"),
        ("email_verified", "true"),
    ];
    assert_eq!(
        bench.refused(&claims).await,
        invalid("An account with the given email already exists.")
    );
    let unverified = [
        ("sub", "1"),
        ("email", "ann@example.com"),
        ("email_verified", "false"),
    ];
    assert!(bench.sign_in(&unverified).await.is_ok());
}

#[tokio::test]
async fn names_are_kept_in_lower_case_where_case_does_not_count() {
    let bench = Bench::new(json!({"UsernameConfiguration": {"CaseSensitive": false}})).await;
    let user = bench
        .sign_in(&[("sub", "AbC"), ("email", "A@B.org")])
        .await
        .unwrap()
        .user;
    assert_eq!(&*user.username, "google_abc");
    assert_eq!(user.attributes.get("email"), Some("a@b.org"));
    let again = bench.sign_in(&[("sub", "AbC")]).await.unwrap().user;
    assert_eq!(again.sub, user.sub);
}

#[test]
fn saml_words_its_findings_otherwise() {
    let error = Refusal::AttributeFindings {
        findings: "user.custom:x: Attribute cannot be updated.\n".into(),
    }
    .because("r");
    let refused = mapping::refused(Kind::Saml, &error);
    assert_eq!(refused.code, Code::ServerError);
    assert_eq!(
        refused.description.unwrap(),
        "Error in SAML response processing: user.custom:x: Attribute cannot be updated.\n"
    );
}

#[tokio::test]
async fn the_providers_word_for_a_level_is_the_pools_where_acr_mapping_has_it() {
    let settings = crate::context::Settings {
        step_up: true,
        ..Default::default()
    };
    let pool = TestPool::with(json!({}), settings, |_| {}).await;
    let oidc = json!({"UserPoolId": pool.id.as_str(), "ProviderName": "Corp", "ProviderType": "OIDC",
        "ProviderDetails": {"client_id": "c", "authorize_scopes": "openid",
            "oidc_issuer": "https://idp.poolhouse.test", "attributes_request_method": "GET"},
        "AcrMapping": {"Level3": "strong"}});
    pool.ok("CreateIdentityProvider", oidc).await;
    let stored = pool.cx.pool(&pool.id).unwrap();
    let (client, provider) = stored.read(|state| {
        let client = state.clients.get(&pool.client).map(Arc::clone);
        let provider = state.providers.get("Corp").map(Arc::clone);
        (client.unwrap(), provider.unwrap())
    });
    for (told, acr, amr) in [
        (Some("strong"), Some("urn:cognito:loa:3"), vec![]),
        (Some("weak"), None, vec!["fed"]),
        (None, None, vec!["fed"]),
    ] {
        let vouched = Vouched {
            subject: "1".into(),
            issuer: None,
            acr: told.map(str::to_owned),
            told: Told::Saml(BTreeMap::new()),
        };
        let signed_in = sign_in(&pool.cx, &stored, &client, &provider, vouched)
            .await
            .unwrap();
        let assurance = signed_in.assurance.unwrap();
        assert_eq!(assurance.acr.as_deref(), acr);
        assert_eq!(assurance.methods.amr().collect::<Vec<_>>(), amr);
    }
}
