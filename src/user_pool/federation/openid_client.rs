//! A pool as a client of providers of OpenID Connect and of the social ones: the request that a browser
//! takes there, and what becomes of the code that it brings back ("Using OIDC identity providers with a user
//! pool" and "OIDC user pool IdP authentication flow", developer guide).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::endpoints::{self, Endpoints};
use super::jwks::{self, KeySet};
use super::jwt::Jwt;
use super::mapping::{Told, Vouched, texts};
use super::refused::Refused;
use super::{apple, google_people, openid};
use crate::context::Context;
use crate::form;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::model::tree;
use crate::outbound::{Asked, Fetched, NotFetched};
use crate::store::user_pool::identity_provider::IdentityProvider;
use crate::store::user_pool::settings::PoolSettings;
use crate::user_pool::stand_in;

/// Most of a provider's words that a description repeats.
const MOST_WORDS: usize = 500;

/// What a request to a provider carries of what the app asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints<'a> {
    /// `login_hint`.
    pub login_hint: Option<&'a str>,
    /// `prompt`.
    pub prompt: Option<&'a str>,
    /// `acr_values`, in the pool's names.
    pub acr_values: Option<&'a str>,
    /// Whom the stand-in signs in without a page.
    pub person: Option<&'a str>,
}

/// What ties an answer to its request.
pub(super) struct Ties<'a> {
    pub(super) redirect_uri: &'a str,
    pub(super) state: &'a str,
    pub(super) nonce: &'a str,
    pub(super) verifier: Option<&'a str>,
}

fn detail<'a>(provider: &'a IdentityProvider, key: &str) -> &'a str {
    provider.details.get(key).map_or("", String::as_str)
}

/// Whether a provider proves who asks by a code verifier too (RFC 7636). That the social ones do not is
/// inferred.
pub(super) fn has_verifier(provider: &IdentityProvider) -> bool {
    provider.kind == Kind::Oidc
}

/// The address that a browser is sent to.
pub(super) fn authorize(
    cx: &Context,
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    ties: &Ties<'_>,
    hints: Hints<'_>,
    settings: &PoolSettings,
) -> String {
    let is_oidc = provider.kind == Kind::Oidc;
    let mut pairs = vec![
        ("client_id", detail(provider, "client_id")),
        ("redirect_uri", ties.redirect_uri),
        ("scope", detail(provider, "authorize_scopes")),
        ("response_type", "code"),
        ("state", ties.state),
    ];
    if has_id_token(provider.kind) {
        pairs.push(("nonce", ties.nonce));
    }
    let challenge = ties
        .verifier
        .map(|verifier| URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes())));
    if let Some(challenge) = &challenge {
        pairs.extend([
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
    }
    // Apple answers so where a name or an address is asked for.
    if provider.kind == Kind::SignInWithApple {
        pairs.push(("response_mode", "form_post"));
    }
    // Documented: the hint goes to providers of OpenID Connect alone, the prompt to all of them.
    let hint = hints.login_hint.filter(|_| is_oidc);
    pairs.extend(hint.map(|hint| ("login_hint", hint)));
    let prompt = hints.prompt.filter(|prompt| *prompt != "none");
    pairs.extend(prompt.map(|prompt| ("prompt", prompt)));
    let levels = hints.acr_values.filter(|_| is_oidc);
    let levels = levels.and_then(|levels| levels_of(settings, provider, levels));
    pairs.extend(levels.as_deref().map(|levels| ("acr_values", levels)));
    let is_played = endpoints.is_played || stand_in::is_at(&endpoints.authorize);
    if is_played {
        let issuer = endpoints.is_played.then_some(endpoints.issuer.as_str());
        pairs.extend(stand_in::openid::playing(
            provider.kind,
            &provider.name,
            issuer,
        ));
        pairs.extend(hints.person.map(|person| (stand_in::PERSON, person)));
    }
    form::with_query(&stand_in::for_browsers(cx, &endpoints.authorize), pairs)
}

/// The provider's words for levels; those that AcrMapping has none for are left out.
fn levels_of(settings: &PoolSettings, provider: &IdentityProvider, levels: &str) -> Option<String> {
    let words: Vec<&str> = levels
        .split_ascii_whitespace()
        .filter_map(|level| {
            let member = settings.level_of(level)?.member();
            let mapping = &provider.acr_mapping;
            mapping.get(&member).or_else(|| mapping.get(level))
        })
        .map(String::as_str)
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn has_id_token(kind: Kind) -> bool {
    matches!(kind, Kind::Oidc | Kind::Google | Kind::SignInWithApple)
}

/// What a provider vouches for, for a code that a browser brought.
///
/// # Errors
/// A token endpoint that does not answer, or refuses; an ID token that does not count; a userinfo endpoint
/// that does not answer; nothing that names the user.
pub(super) async fn exchange(
    cx: &Context,
    provider: &IdentityProvider,
    ties: &Ties<'_>,
    code: &str,
    user: Option<&str>,
) -> Result<Vouched, Refused> {
    let endpoints = endpoints::of(cx, provider).await?;
    let answer = ask_for_tokens(cx, provider, &endpoints, ties, code).await?;
    let access_token = answer.get("access_token").and_then(Value::as_str);
    let mut id_claims = Map::new();
    if has_id_token(provider.kind) {
        let token = answer.get("id_token").and_then(Value::as_str);
        let token = token.ok_or_else(|| {
            // The sentence is inferred.
            Refused::invalid_request(
                "Bad token response: no id_token",
                format!(
                    "the token endpoint of {} gave no ID token; authorize_scopes must have openid",
                    provider.name
                ),
            )
        })?;
        id_claims = id_token(cx, provider, &endpoints, token, ties.nonce).await?;
    }
    let mut info = match (attributes_url(provider, &endpoints), access_token) {
        (Some(url), Some(token)) => user_info(cx, provider, url, token).await?,
        _ => Map::new(),
    };
    check_same_user(&id_claims, &info)?;
    if provider.kind == Kind::SignInWithApple {
        info.extend(user.map(apple_user).unwrap_or_default());
    }
    let acr = id_claims
        .get("acr")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let mut vouched = Vouched {
        subject: String::new(),
        issuer: None,
        acr,
        told: Told::OpenId {
            token_response: texts(&answer),
            id_token: texts(&id_claims),
            user_info: texts(&info),
        },
    };
    vouched.subject = subject(provider, &vouched)?;
    Ok(vouched)
}

/// What names the user: the claim that AttributeMapping has for `username`.
fn subject(provider: &IdentityProvider, vouched: &Vouched) -> Result<String, Refused> {
    let claim = provider
        .mapping
        .get("username")
        .map_or("sub", String::as_str);
    let mut attributes = vouched.told.attributes();
    let found = attributes.remove(claim).filter(|value| !value.is_empty());
    found.ok_or_else(|| {
        // The sentence is inferred.
        Refused::invalid_request(
            "attributes required: [username]",
            format!("{} told no {claim}, which names the user", provider.name),
        )
    })
}

/// A token without its secrets is asked for by form; Facebook's by query (documented: the detail
/// `token_request_method`). Documented: the secret is in the form, never in a header.
async fn ask_for_tokens(
    cx: &Context,
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    ties: &Ties<'_>,
    code: &str,
) -> Result<Map<String, Value>, Refused> {
    let secret = match provider.kind {
        Kind::SignInWithApple => match apple::client_secret(&provider.details, cx.now()) {
            Ok(secret) => secret,
            // The stand-in has no use for a key, and a test may have none.
            Err(_) if endpoints.is_played => "stand-in".to_owned(),
            Err(wrong) => {
                return Err(Refused::invalid_request(
                    "SignInWithApple Error - error getting token",
                    wrong,
                ));
            }
        },
        Kind::Google | Kind::Facebook | Kind::LoginWithAmazon | Kind::Oidc | Kind::Saml => {
            detail(provider, "client_secret").to_owned()
        }
    };
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("client_id", detail(provider, "client_id")),
        ("client_secret", &secret),
        ("code", code),
        ("redirect_uri", ties.redirect_uri),
    ];
    pairs.retain(|(_, value)| !value.is_empty());
    pairs.extend(ties.verifier.map(|verifier| ("code_verifier", verifier)));
    let by_query = detail(provider, "token_request_method") == "GET";
    let asked = Asked {
        url: if by_query {
            form::with_query(&endpoints.token, pairs.iter().copied())
        } else {
            endpoints.token.clone()
        },
        authorization: None,
        form: (!by_query).then(|| form::joined(pairs)),
    };
    let answer = endpoints::send(cx, &asked).await;
    let answer = answer.map_err(|fault| {
        unanswered(
            &fault,
            "Timeout occurred in calling IdP token endpoint",
            &endpoints.token,
        )
    })?;
    object(&answer).ok_or_else(|| bad_tokens(provider, &answer))
}

fn unanswered(fault: &NotFetched, timed_out: &str, url: &str) -> Refused {
    let text = match fault {
        NotFetched::TimedOut(_) => timed_out,
        // Documented among the texts; that it stands for any connection that fails is inferred.
        NotFetched::Failed(_) | NotFetched::Forbidden(_) => "Connection reset",
    };
    let url = url.split('?').next().unwrap_or_default();
    Refused::invalid_request(text, format!("{url}: {}", fault.reason()))
}

/// The members of a good answer.
fn object(answer: &Fetched) -> Option<Map<String, Value>> {
    if !(200..300).contains(&answer.status) {
        return None;
    }
    match tree::parse(&answer.body) {
        Ok(Value::Object(members)) => Some(members),
        Ok(_) | Err(_) => None,
    }
}

/// Observed for providers of OpenID Connect, documented for Google and the others.
fn bad_tokens(provider: &IdentityProvider, answer: &Fetched) -> Refused {
    let status = answer.status;
    let words: String = String::from_utf8_lossy(&answer.body)
        .chars()
        .filter(|character| !character.is_control())
        .take(MOST_WORDS)
        .collect();
    let text = match provider.kind {
        Kind::Oidc | Kind::Saml => format!(
            "Bad token response: HTTP/1.1 {status} {}, entity: Failure: '{words}'",
            phrase(status)
        ),
        Kind::Google => {
            let body = tree::parse(&answer.body).unwrap_or_default();
            let code = body["error"].as_str().unwrap_or("error getting token");
            format!("Google Error - {status} {code}")
        }
        Kind::Facebook | Kind::LoginWithAmazon | Kind::SignInWithApple => {
            format!("{} Error - {status} error getting token", provider.name)
        }
    };
    Refused::invalid_request(
        text,
        format!(
            "the token endpoint of {} answered {status}, or with something else than a JSON object",
            provider.name
        ),
    )
}

/// As RFC 9110 has it.
fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

/// Verifies an ID token (OpenID Connect Core 1.0, 3.1.3.7). That a bad one is `invalid_request` is
/// inferred, and so are the sentences.
async fn id_token(
    cx: &Context,
    provider: &IdentityProvider,
    endpoints: &Endpoints,
    token: &str,
    nonce: &str,
) -> Result<Map<String, Value>, Refused> {
    let invalid = |reason: &str| {
        Refused::invalid_request(
            format!("Invalid ID token: {reason}"),
            format!("the ID token of {}: {reason}", provider.name),
        )
    };
    let jwt = Jwt::parse(token).map_err(invalid)?;
    let issuer = jwt.text("iss").unwrap_or_default();
    // Google's has two forms.
    let is_issuer = issuer.trim_end_matches('/') == endpoints.issuer.trim_end_matches('/')
        || (provider.kind == Kind::Google
            && endpoints.issuer.strip_prefix("https://") == Some(issuer));
    if issuer.is_empty() || !is_issuer {
        return Err(invalid("its issuer is not the provider's"));
    }
    let client = detail(provider, "client_id");
    if !jwt.names("aud", client) {
        return Err(invalid("its audience is not the provider's client_id"));
    }
    if jwt.text("azp").is_some_and(|party| party != client) {
        return Err(invalid("its azp is not the provider's client_id"));
    }
    match jwt.text("nonce") {
        Some(told) if told == nonce => {}
        // Apple and Google repeat it; a provider that does not is refused as well.
        _ => return Err(invalid("its nonce is not that of the request")),
    }
    if jwks::is_by_secret(&jwt.alg) {
        jwks::verify_by_secret(&jwt, detail(provider, "client_secret"))
            .map_err(|wrong| invalid(&wrong))?;
    } else {
        let keys = keys(cx, endpoints).await?;
        keys.verify(&jwt).map_err(|wrong| invalid(&wrong))?;
    }
    openid::check_time(&jwt, cx.now()).map_err(|fault| invalid(fault.reason()))?;
    Ok(jwt.claims)
}

async fn keys(cx: &Context, endpoints: &Endpoints) -> Result<KeySet, Refused> {
    let Some(url) = endpoints.jwks.clone() else {
        return Err(Refused::invalid_request(
            "Invalid ID token: the provider publishes no keys",
            "neither ProviderDetails nor the discovery document have jwks_uri",
        ));
    };
    let asked = Asked {
        url,
        authorization: None,
        form: None,
    };
    let answer = endpoints::send(cx, &asked).await;
    let answer =
        answer.map_err(|fault| unanswered(&fault, "Timeout in calling jwks uri", &asked.url))?;
    let wrong =
        |reason: String| Refused::invalid_request(format!("Invalid ID token: {reason}"), reason);
    if !(200..300).contains(&answer.status) {
        return Err(wrong(format!(
            "the key set answers with status {}",
            answer.status
        )));
    }
    KeySet::parse(&answer.body).map_err(wrong)
}

/// Where the claims are to be had that no ID token has. Apple has no such place; Google's is asked where something
/// is mapped that it alone tells (inferred).
fn attributes_url<'e>(provider: &IdentityProvider, endpoints: &'e Endpoints) -> Option<&'e str> {
    let url = endpoints.attributes.as_deref()?;
    let asks = match provider.kind {
        Kind::SignInWithApple => false,
        Kind::Google if is_people_api(url) => mapped_fields(provider).next().is_some(),
        Kind::Google | Kind::Facebook | Kind::LoginWithAmazon | Kind::Oidc | Kind::Saml => true,
    };
    asks.then_some(url)
}

/// Whether the address, or the stand-in's, tells a person as Google's People API does.
fn is_people_api(url: &str) -> bool {
    url.ends_with("/people/me?personFields=")
}

/// The mapped claims that are fields of Google's People API.
fn mapped_fields(provider: &IdentityProvider) -> impl Iterator<Item = &String> {
    let claims = provider.mapping.values();
    claims.filter(|claim| google_people::is_field(claim))
}

async fn user_info(
    cx: &Context,
    provider: &IdentityProvider,
    url: &str,
    token: &str,
) -> Result<Map<String, Value>, Refused> {
    let mut asked = Asked {
        url: url.to_owned(),
        authorization: Some(format!("Bearer {token}")),
        form: (detail(provider, "attributes_request_method") == "POST").then(String::new),
    };
    let is_people = provider.kind == Kind::Google && is_people_api(url);
    // Documented: what is mapped is asked for by name. Google refuses names that it doesn't know.
    if is_people {
        let fields: Vec<_> = mapped_fields(provider).map(String::as_str).collect();
        asked.url.push_str(&fields.join(","));
    } else if detail(provider, "attributes_url_add_attributes") == "true" && url.ends_with('=') {
        let claims = provider.mapping.values().map(|claim| form::encoded(claim));
        asked.url.push_str(&claims.collect::<Vec<_>>().join(","));
    }
    if provider.kind == Kind::Facebook {
        asked.url = form::with_query(&asked.url, [("access_token", token)]);
        asked.authorization = None;
    }
    let answer = endpoints::send(cx, &asked).await;
    let answer = answer.map_err(|fault| unanswered(&fault, "Read timed out", url))?;
    let told = object(&answer).map(|told| match is_people {
        true => google_people::claims(&told),
        false => told,
    });
    told.ok_or_else(|| {
        // The sentence is inferred from that of the token endpoint.
        Refused::invalid_request(
            format!("{} Error - {} error getting userInfo", provider.name, answer.status),
            format!(
                "the userinfo endpoint of {} answered {}, or with something else than a JSON object",
                provider.name, answer.status
            ),
        )
    })
}

/// OpenID Connect Core 1.0, 5.3.2: claims of somebody else must not be used.
fn check_same_user(
    id_token: &Map<String, Value>,
    info: &Map<String, Value>,
) -> Result<(), Refused> {
    match (id_token.get("sub"), info.get("sub")) {
        (Some(vouched), Some(told)) if vouched != told => Err(Refused::invalid_request(
            // The sentence is inferred.
            "Invalid ID token: userInfo is of another user",
            "the sub of the userinfo endpoint is not that of the ID token",
        )),
        _ => Ok(()),
    }
}

/// What Apple tells beside the code, at the first sign-in alone.
fn apple_user(text: &str) -> Map<String, Value> {
    let told = tree::parse(text.as_bytes()).unwrap_or_default();
    let mut claims = Map::new();
    let part = |name: &str| told["name"][name].as_str().unwrap_or_default().to_owned();
    let (first, last) = (part("firstName"), part("lastName"));
    let whole = format!("{first} {last}").trim().to_owned();
    for (claim, value) in [("firstName", first), ("lastName", last), ("name", whole)] {
        if !value.is_empty() {
            claims.insert(claim.into(), value.into());
        }
    }
    claims
}
