use super::*;

/// The form by which the stand-in answers a SAML request.
async fn saml_form(bench: &Bench, url: &str, person: &str) -> BTreeMap<String, String> {
    let mut given = form::pairs(url.split_once('?').unwrap().1);
    given.push((stand_in::PERSON.to_owned(), person.to_owned()));
    match stand_in::saml::sign_on(&bench.pool.cx, &given, false)
        .await
        .unwrap()
    {
        Shown::Page(page) => fields_of(&page),
        shown @ (Shown::Wrong(_) | Shown::Redirect(_)) => panic!("{shown:?}"),
    }
}

async fn finish_saml(bench: &Bench, fields: &BTreeMap<String, String>) -> Result<Finished, Astray> {
    let of = |name: &str| fields.get(name).map(String::as_str);
    finish_assertion(
        &bench.pool.cx,
        of("SAMLResponse"),
        of("RelayState"),
        "https://house.example",
    )
    .await
}

#[tokio::test]
async fn a_saml_sign_in_goes_there_and_back_once() {
    let bench = Bench::new().await;
    let url = bench.begin_with("Saml", Hints::default()).await.unwrap();
    assert!(
        url.starts_with("http://localhost:9229/_poolhouse/idp/saml/sso?SAMLRequest="),
        "{url}"
    );
    assert!(pairs_of(&url).contains_key("Signature"));
    let fields = saml_form(&bench, &url, "jane").await;
    let user = finish_saml(&bench, &fields)
        .await
        .unwrap()
        .outcome
        .unwrap()
        .user;
    assert_eq!(&*user.username, "Saml_jane@example.com");
    assert_eq!(user.attributes.get("name"), Some("Jane Doe"));
    let entries = entries(&user);
    assert_eq!(
        entries[0].issuer.as_deref(),
        Some("https://idp.poolhouse.test/saml/metadata")
    );
    // The form again: the state is spent.
    assert_eq!(
        finish_saml(&bench, &fields).await.unwrap_err().text,
        INVALID_RELAY_STATE
    );
    // An answer to another request, under a state that waits.
    let second = bench.begin("Saml").await;
    let mut mixed = fields.clone();
    mixed.insert("RelayState".into(), second["RelayState"].clone());
    let refused = finish_saml(&bench, &mixed)
        .await
        .unwrap()
        .outcome
        .unwrap_err();
    assert_eq!(
        refused.description.as_deref(),
        Some("Invalid SAML response received: SAML Response is invalid. ")
    );
}

#[tokio::test]
async fn a_saml_sign_in_may_begin_at_the_provider_where_the_pool_allows_it() {
    let bench = Bench::new().await;
    let relay_state = "identity_provider=Saml&client_id=client&redirect_uri=x&response_type=code";
    let given: Vec<(String, String)> = [
        ("acs", "https://house.example/saml2/idpresponse".to_owned()),
        ("sp", assertion::audience(&bench.pool.id)),
        ("RelayState", relay_state.to_owned()),
        ("poolhouse_person", "jane".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let shown = stand_in::saml::sign_on(&bench.pool.cx, &given, false)
        .await
        .unwrap();
    let Shown::Page(page) = shown else {
        panic!("{shown:?}")
    };
    let fields = fields_of(&page);
    // The client has other providers too.
    assert_eq!(
        finish_saml(&bench, &fields).await.unwrap_err().text,
        INVALID_RELAY_STATE
    );
    let stored = bench.pool.cx.pool(&bench.pool.id).unwrap();
    stored
        .change(|draft| {
            let client = draft.state().clients.get(&bench.pool.client).unwrap();
            let mut client = AppClient::clone(client);
            client.identity_providers = Some(vec!["Saml".into()]);
            draft.put_client(client);
            Ok(())
        })
        .unwrap();
    let finished = finish_saml(&bench, &fields).await.unwrap();
    assert_eq!(&*finished.request, relay_state);
    assert_eq!(
        &*finished.outcome.unwrap().user.username,
        "Saml_jane@example.com"
    );
    // Documented: an assertion is taken once.
    let again = finish_saml(&bench, &fields)
        .await
        .unwrap()
        .outcome
        .unwrap_err();
    assert_eq!(
        again.description.as_deref(),
        Some("Invalid SAML response received: SAML Assertion has been used before. ")
    );
    let mut foreign = fields.clone();
    foreign.insert(
        "RelayState".into(),
        "identity_provider=Google&client_id=client".into(),
    );
    assert_eq!(
        finish_saml(&bench, &foreign).await.unwrap_err().text,
        INVALID_RELAY_STATE
    );
}

#[tokio::test]
async fn signing_out_goes_by_the_provider() {
    let bench = Bench::new().await;
    let url = bench.begin_with("Saml", Hints::default()).await.unwrap();
    let fields = saml_form(&bench, &url, "jane").await;
    let user = finish_saml(&bench, &fields)
        .await
        .unwrap()
        .outcome
        .unwrap()
        .user;
    let stored = bench.pool.cx.pool(&bench.pool.id).unwrap();
    let sign_out = async |provider: &str| {
        let client = &bench.pool.client;
        let (base, to) = ("https://house.example", "https://app.example/bye");
        begin_sign_out(&bench.pool.cx, &stored, client, provider, &user, base, to)
            .await
            .unwrap()
    };
    assert_eq!(sign_out("Google").await, None);
    assert_eq!(sign_out("Gone").await, None);
    let url = sign_out("Saml").await.unwrap();
    let asked = form::pairs(url.split_once('?').unwrap().1);
    let shown = stand_in::saml::sign_out(&bench.pool.cx, &asked)
        .await
        .unwrap();
    let Shown::Page(page) = shown else {
        panic!("{shown:?}")
    };
    let fields = fields_of(&page);
    let of = |name: &str| fields.get(name).map(String::as_str);
    let to = finish_sign_out(&bench.pool.cx, of("SAMLResponse"), of("RelayState"))
        .await
        .unwrap();
    assert_eq!(&*to, "https://app.example/bye");
    assert!(
        finish_sign_out(&bench.pool.cx, of("SAMLResponse"), of("RelayState"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn metadata_that_was_fetched_is_fetched_again_after_six_hours() {
    let bench = Bench::new().await;
    let document = TestIdp::new(0).metadata();
    bench.provider.says("/meta", 200, &document);
    let create = json!({"UserPoolId": bench.pool.id.as_str(), "ProviderName": "Far", "ProviderType": "SAML",
        "ProviderDetails": {"MetadataURL": format!("{IDP}/meta")}});
    bench.pool.ok("CreateIdentityProvider", create).await;
    let place = async || {
        let url = bench.begin_with("Far", Hints::default()).await.unwrap();
        url.split('?').next().unwrap().to_owned()
    };
    bench
        .provider
        .says("/meta", 200, document.replace("/sso", "/moved"));
    bench.pool.advance(Duration::from_secs(6 * 60 * 60 - 1));
    assert_eq!(place().await, "https://idp.example.com/sso");
    bench.pool.advance(Duration::from_secs(1));
    assert_eq!(place().await, "https://idp.example.com/moved");
    // What cannot be had again stays.
    bench.provider.says("/meta", 500, "");
    bench.pool.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(place().await, "https://idp.example.com/moved");
}
