//! The stand-in as a provider of OpenID Connect, and of OAuth 2.0 as the social ones speak it.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::page::{self, Form};
use super::person::{Choice, Played, choice};
use super::{ISSUER, KIND, ORIGIN, PROVIDER, Shown, value, with_key};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::form;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::outbound::Url;

const CODE: &str = "stand-in code";

const TOKEN: &str = "stand-in token";

/// How long a code is good.
const CODE_LIFE: Duration = Duration::from_secs(5 * 60);

/// How long tokens are good.
const TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);

/// What a code stands for.
#[derive(Serialize, Deserialize)]
struct Grant {
    claims: Map<String, Value>,
    has_id_token: bool,
    client: String,
    redirect_uri: String,
    issuer: String,
    nonce: Option<String>,
    challenge: Option<String>,
    expires: i64,
}

/// The discovery document, for who reaches the stand-in at `base`.
pub(crate) fn discovery(base: &str) -> String {
    // An app that finds it by its own address expects that address in tokens.
    let authorize = match base {
        ORIGIN => format!("{base}/authorize"),
        other => form::with_query(&format!("{base}/authorize"), [(ISSUER, other)]),
    };
    let document = json!({
        "issuer": base,
        "authorization_endpoint": authorize,
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks.json"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "scopes_supported": ["openid", "email", "profile"],
    });
    document.to_string()
}

/// The key set.
pub(super) async fn jwks(cx: &Context) -> Result<String, CognitoError> {
    with_key(cx, |key| {
        let key = key.public();
        let key = json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.kid(),
            "n": key.n(), "e": key.e()});
        json!({"keys": [key]}).to_string()
    })
    .await
}

/// The authorization endpoint, and the form of its page.
pub(crate) fn authorize(cx: &Context, given: &[(String, String)], is_posted: bool) -> Shown {
    let of = |name| value(given, name);
    let Some(redirect_uri) = of("redirect_uri").filter(|uri| Url::parse(uri).is_ok()) else {
        return Shown::Wrong("redirect_uri must be an absolute http or https address.".into());
    };
    let Some(client) = of("client_id") else {
        return Shown::Wrong("client_id is missing.".into());
    };
    if of("response_type") != Some("code") {
        return Shown::Wrong("response_type must be code.".into());
    }
    let played = Played::read(given, Kind::Oidc);
    let chosen = match choice(cx, given, is_posted) {
        Ok(Choice::Ask) => {
            return Shown::Page(page::ask(cx, &played, given, &["authorize"], None));
        }
        Ok(chosen) => chosen,
        Err(wrong) => {
            return Shown::Page(page::ask(cx, &played, given, &["authorize"], Some(&wrong)));
        }
    };
    let state = of("state").map(|state| ("state", state));
    let mut answer: Vec<(&str, &str)> = Vec::new();
    let code;
    let user;
    match &chosen {
        Choice::Person(person) => {
            let grant = Grant {
                claims: played.claims(person),
                has_id_token: !matches!(played.kind, Kind::Facebook | Kind::LoginWithAmazon),
                client: client.to_owned(),
                redirect_uri: redirect_uri.to_owned(),
                issuer: of(ISSUER).unwrap_or(ORIGIN).to_owned(),
                nonce: of("nonce").map(str::to_owned),
                challenge: of("code_challenge").map(str::to_owned),
                expires: cx.now().plus(CODE_LIFE).0,
            };
            code = sealed(cx, CODE, &grant);
            answer.push(("code", &code));
            // Apple tells the name beside the code.
            if played.kind == Kind::SignInWithApple {
                user = json!({"name": {"firstName": person.text("given_name"),
                    "lastName": person.text("family_name")}, "email": person.text("email")})
                .to_string();
                answer.push(("user", &user));
            }
        }
        Choice::Error { error, description } => {
            answer.push(("error", error));
            if let Some(description) = description {
                answer.push(("error_description", description));
            }
        }
        Choice::Ask => {}
    }
    answer.extend(state);
    if of("response_mode") == Some("form_post") {
        return Shown::Page(page::posting(&Form {
            to: redirect_uri,
            fields: &answer,
        }));
    }
    Shown::Redirect(form::with_query(redirect_uri, answer))
}

fn sealed<T: Serialize>(cx: &Context, purpose: &str, value: &T) -> String {
    let plain = serde_json::to_vec(value).unwrap_or_default();
    let nonce = cx.entropy.bytes(Purpose::Requests);
    URL_SAFE_NO_PAD.encode(cx.seal.seal(nonce, purpose, &plain))
}

fn opened<T: for<'de> Deserialize<'de>>(cx: &Context, purpose: &str, text: &str) -> Option<T> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&cx.seal.open(purpose, &sealed)?).ok()
}

/// The token endpoint. Any client is known, with any secret.
pub(super) async fn token(
    cx: &Context,
    given: &[(String, String)],
) -> Result<(u16, String), CognitoError> {
    let refused = |error: &str, text: &str| {
        let body = json!({"error": error, "error_description": text});
        Ok((400, body.to_string()))
    };
    let of = |name| value(given, name);
    // Facebook's has no grant_type.
    if !matches!(of("grant_type"), None | Some("authorization_code")) {
        return refused(
            "unsupported_grant_type",
            "authorization_code is the only one",
        );
    }
    let now = cx.now();
    let grant: Option<Grant> = of("code").and_then(|code| opened(cx, CODE, code));
    let Some(grant) = grant.filter(|grant| now < Timestamp(grant.expires)) else {
        return refused(
            "invalid_grant",
            "the code is not one of the stand-in, or is older than five minutes",
        );
    };
    if of("client_id").is_some_and(|client| client != grant.client)
        || of("redirect_uri") != Some(grant.redirect_uri.as_str())
    {
        return refused(
            "invalid_grant",
            "the code was given to another client or redirect_uri",
        );
    }
    if let Some(challenge) = &grant.challenge {
        let verifier = digest(&SHA256, of("code_verifier").unwrap_or_default().as_bytes());
        if URL_SAFE_NO_PAD.encode(verifier) != *challenge {
            return refused("invalid_grant", "code_verifier does not fit code_challenge");
        }
    }
    let mut answer = json!({
        "access_token": sealed(cx, TOKEN, &(grant.claims.clone(), now.plus(TOKEN_LIFE).0)),
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE.as_secs(),
    });
    if grant.has_id_token {
        let mut claims = grant.claims;
        for (claim, value) in [
            ("iss", Value::from(grant.issuer)),
            ("aud", grant.client.into()),
            ("iat", now.seconds().into()),
            ("exp", now.plus(TOKEN_LIFE).seconds().into()),
        ] {
            claims.insert(claim.into(), value);
        }
        if let Some(nonce) = grant.nonce {
            claims.insert("nonce".into(), nonce.into());
        }
        let claims = Value::Object(claims).to_string();
        answer["id_token"] = with_key(cx, move |key| jwt(key, &claims)).await?.into();
    }
    Ok((200, answer.to_string()))
}

fn jwt(key: &crate::crypto::signing::SigningKey, claims: &str) -> String {
    let header = json!({"kid": key.public().kid(), "alg": "RS256"}).to_string();
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// The userinfo endpoint; the token may be a parameter, as Facebook's is.
pub(super) fn user_info(
    cx: &Context,
    authorization: Option<&str>,
    given: &[(String, String)],
) -> (u16, String) {
    let token = authorization
        .and_then(|text| text.strip_prefix("Bearer "))
        .or(value(given, "access_token"));
    let found: Option<(Map<String, Value>, i64)> = token.and_then(|token| opened(cx, TOKEN, token));
    match found.filter(|(_, expires)| cx.now() < Timestamp(*expires)) {
        Some((claims, _)) => (200, Value::Object(claims).to_string()),
        None => (401, json!({"error": "invalid_token"}).to_string()),
    }
}

/// A person as Google's People API tells it: one list for each field that is asked for. Fields that the person has
/// stand as they are; the others are made of the claims that mean the same.
pub(super) fn person(
    cx: &Context,
    authorization: Option<&str>,
    given: &[(String, String)],
) -> (u16, String) {
    let token = authorization.and_then(|text| text.strip_prefix("Bearer "));
    let found: Option<(Map<String, Value>, i64)> = token.and_then(|token| opened(cx, TOKEN, token));
    let Some((claims, _)) = found.filter(|(_, expires)| cx.now() < Timestamp(*expires)) else {
        return (
            401,
            json!({"error": {"code": 401, "status": "UNAUTHENTICATED"}}).to_string(),
        );
    };
    let fields = value(given, "personFields").unwrap_or_default();
    let told = fields.split(',').filter_map(|field| {
        let values = match claims.get(field) {
            Some(Value::Array(values)) => values.clone(),
            Some(text) => vec![of_field(field, text)?],
            None => vec![of_field(field, claims.get(claim_of(field)?)?)?],
        };
        Some((field.to_owned(), Value::Array(values)))
    });
    (200, Value::Object(told.collect()).to_string())
}

/// The claim of OpenID Connect that tells what a field does.
fn claim_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "addresses" => "address",
        "birthdays" => "birthdate",
        "emailAddresses" => "email",
        "genders" => "gender",
        "locales" => "locale",
        "names" => "name",
        "nicknames" => "nickname",
        "phoneNumbers" => "phone_number",
        "photos" => "picture",
        "urls" => "website",
        _ => return None,
    })
}

/// A text as a value of a field.
fn of_field(field: &str, text: &Value) -> Option<Value> {
    let text = text.as_str()?;
    Some(match field {
        "addresses" => json!({"formattedValue": text}),
        "birthdays" => {
            let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
            let mut part = || parts.next().flatten();
            match (part(), part(), part()) {
                (Some(year), Some(month), Some(day)) => {
                    json!({"date": {"year": year, "month": month, "day": day}, "text": text})
                }
                _ => json!({"text": text}),
            }
        }
        "names" => json!({"displayName": text}),
        "phoneNumbers" => json!({"value": text, "canonicalForm": text}),
        "photos" => json!({"url": text}),
        _ => json!({"value": text}),
    })
}

/// The parameters that say which provider is played.
pub(crate) fn playing<'a>(
    kind: Kind,
    name: &'a str,
    issuer: Option<&'a str>,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    let issuer = issuer.map(|issuer| (ISSUER, issuer));
    [(KIND, kind.as_str()), (PROVIDER, name)]
        .into_iter()
        .chain(issuer)
}
