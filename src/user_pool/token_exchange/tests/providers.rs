//! Tokens of registered providers.

use super::*;

#[tokio::test]
async fn a_provider_vouches_for_its_users() {
    let bench = Bench::new().await;
    bench.oidc(json!({})).await;
    bench.link("Corp", "7").await;
    let exchange = |token: Value| json!({"SubjectToken": token, "SubjectTokenProviderName": "Corp", "SubjectTokenType": "ID_TOKEN"});
    let (_, new) = bench.exchange(exchange(bench.foreign(json!({})))).await;
    assert_eq!(new["username"], "ann");
    assert_eq!(new["auth_time"], bench.now().seconds());
    // An access token that names the client elsewhere.
    for claim in ["azp", "client_id"] {
        let token = bench.foreign(json!({"aud": ["api"], claim: "pool-at-idp"}));
        bench.exchange(exchange(token)).await;
    }
    let now = bench.now().seconds();
    for members in [
        json!({"iss": "https://other.example.com"}),
        json!({"iss": null}),
        json!({"aud": "other"}),
        json!({"aud": null}),
        json!({"sub": null}),
        json!({"sub": ""}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"nbf": now + 1}),
    ] {
        let refused = bench
            .refused(exchange(bench.foreign(members.clone())))
            .await;
        assert_eq!(
            refused, "NotAuthorizedException: Invalid SubjectToken",
            "{members}"
        );
    }
    let expired = bench.foreign(json!({"exp": now}));
    assert_eq!(
        bench.refused(exchange(expired)).await,
        "NotAuthorizedException: SubjectToken has expired"
    );
    let stranger = bench.foreign(json!({"sub": "8"}));
    assert_eq!(
        bench.refused(exchange(stranger)).await,
        "UserNotFoundException: User does not exist."
    );
    // A user of the pool's own whose name reads like a profile of the provider is not one.
    bench.pool.confirmed("Corp_8", json!([])).await;
    let stranger = bench.foreign(json!({"sub": "8"}));
    assert_eq!(
        bench.refused(exchange(stranger)).await,
        "UserNotFoundException: User does not exist."
    );
    let claims = json!({"iss": ENTITY, "sub": "7", "aud": "pool-at-idp", "exp": now + 60});
    let other_key = json!(TestIdp::new(1).jwt(&claims));
    assert_eq!(
        bench.refused(exchange(other_key)).await,
        "NotAuthorizedException: Invalid SubjectToken"
    );
    let saml = json!({"SubjectToken": "abc", "SubjectTokenProviderName": "Corp", "SubjectTokenType": "SAML2"});
    assert_eq!(
        bench.refused(saml).await,
        "InvalidParameterException: Token type SAML2 is not supported for provider Corp."
    );
}

#[tokio::test]
async fn keys_that_are_not_to_be_had_verify_nothing() {
    for details in [
        json!({"jwks_uri": "https://elsewhere.example.com/keys"}),
        json!({"jwks_uri": ""}),
    ] {
        let bench = Bench::new().await;
        let mut details = details;
        if details["jwks_uri"] == "" {
            details = json!({});
            let provider = json!({"client_id": "pool-at-idp", "authorize_scopes": "openid",
                "attributes_request_method": "GET", "oidc_issuer": ENTITY});
            bench.provider("Corp", "OIDC", provider).await;
        } else {
            bench.oidc(details.clone()).await;
        }
        bench.link("Corp", "7").await;
        let members =
            json!({"SubjectToken": bench.foreign(json!({})), "SubjectTokenProviderName": "Corp"});
        assert_eq!(
            bench.refused(members).await,
            "NotAuthorizedException: Invalid SubjectToken",
            "{details}"
        );
    }
}

#[tokio::test]
async fn an_assertion_stands_for_its_user() {
    let bench = Bench::new().await;
    let idp = TestIdp::new(0);
    bench
        .provider("Saml", "SAML", json!({"MetadataFile": idp.metadata()}))
        .await;
    bench.link("Saml", "ann@corp").await;
    let says = Says::of("ann@corp", &bench.pool.id, bench.now());
    let members = |token: String| {
        json!({"SubjectToken": token, "SubjectTokenType": "SAML2",
        "SubjectTokenProviderName": "Saml"})
    };
    let signed = idp.assertion(&says);
    let (_, new) = bench.exchange(members(encoded(&signed))).await;
    assert_eq!(
        (&new["username"], &new["scope"]),
        (&json!("ann"), &json!(""))
    );
    // The other alphabet, with padding.
    use base64::engine::general_purpose::STANDARD;

    bench.exchange(members(STANDARD.encode(&signed))).await;
    for broken in [
        encoded(&signed.replace("ann@corp", "eve@corp")),
        encoded(&TestIdp::new(1).assertion(&says)),
        encoded("<a/>"),
        "abc".to_owned(),
        URL_SAFE_NO_PAD.encode([0xff, 0xfe]),
    ] {
        assert_eq!(
            bench.refused(members(broken)).await,
            "NotAuthorizedException: Invalid SubjectToken"
        );
    }
    let as_jwt = json!({"SubjectToken": encoded(&signed), "SubjectTokenProviderName": "Saml"});
    assert_eq!(
        bench.refused(as_jwt).await,
        "InvalidParameterException: Token type ACCESS_TOKEN is not supported for provider Saml."
    );
    let actor = json!({"SubjectToken": bench.sign_in().await["AccessToken"], "ActorToken": encoded(&signed),
        "ActorTokenType": "SAML2", "ActorTokenProviderName": "Saml"});
    let (_, new) = bench.exchange(actor).await;
    assert_eq!(new["act"], json!({"sub": "ann@corp", "iss": ENTITY}));
    bench.pool.advance(Duration::from_secs(60));
    assert_eq!(
        bench.refused(members(encoded(&signed))).await,
        "NotAuthorizedException: SubjectToken has expired"
    );
}
