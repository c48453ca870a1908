//! What each type of provider needs in ProviderDetails, and the keys that AWS adds.
//!
//! Endpoints are documented by the model's samples of describe responses; the refusals are observed
//! unless a comment says otherwise.

use std::collections::BTreeMap;

use crate::error::{CognitoError, Refusal};
use crate::model::SecretMap;
use crate::model::cognito_idp::IdentityProviderTypeType as Kind;
use crate::store::user_pool::schema::Schema;

/// The key of Sign in with Apple that no answer shows.
pub(crate) const PRIVATE_KEY: &str = "private_key";

/// Where a SAML provider takes authentication requests.
pub(crate) const SSO: &str = "SSORedirectBindingURI";

/// Where a SAML provider takes logout requests.
pub(crate) const SLO: &str = "SLORedirectBindingURI";

/// What a SAML provider encrypts assertions for.
pub(super) const ENCRYPTION_CERTIFICATE: &str = "ActiveEncryptionCertificate";

pub(super) const METADATA_URL: &str = "MetadataURL";

pub(super) const METADATA_FILE: &str = "MetadataFile";

/// The version of Facebook's API where none is given (inferred: that of the samples).
const FACEBOOK_VERSION: &str = "v17.0";

/// Providers of a social type are named like it, and no other type may take those names; no other
/// name is reserved, COGNITO neither (observed, name by name, 2026).
pub(super) fn check_name(name: &str, kind: Kind) -> Result<(), CognitoError> {
    let refuse = |reason: &'static str| {
        Refusal::ProviderNameForType {
            name: name.to_owned(),
            kind: kind.to_string(),
        }
        .refuse(reason)
    };
    let is_social = |kind: Kind| !matches!(kind, Kind::Saml | Kind::Oidc);
    if is_social(kind) {
        return if name == kind.as_str() {
            Ok(())
        } else {
            refuse("the ProviderName of a social provider is its ProviderType")
        };
    }
    const SOCIAL: [Kind; 4] = [
        Kind::Facebook,
        Kind::Google,
        Kind::LoginWithAmazon,
        Kind::SignInWithApple,
    ];
    if SOCIAL.iter().any(|social| social.as_str() == name) {
        return refuse("the names of the social providers are kept for their types");
    }
    Ok(())
}

/// Details as they are kept. Keys that a type does not know stay (inferred), and so does what was
/// given for a key that AWS would add (inferred).
pub(super) fn complete(kind: Kind, mut details: SecretMap) -> Result<SecretMap, CognitoError> {
    check(kind, &details)?;
    for (key, value) in added(kind, &details) {
        details.entry(key.to_owned()).or_insert(value);
    }
    Ok(details)
}

/// Whether a social provider has the endpoints of the real one, and not others that were given.
pub(crate) fn is_as_added(kind: Kind, details: &SecretMap) -> bool {
    let is_same = |(key, value): &(&str, String)| details.get(*key) == Some(value);
    let mut endpoints = added(kind, details).into_iter();
    endpoints.all(|pair| !["authorize_url", "token_url"].contains(&pair.0) || is_same(&pair))
}

fn check(kind: Kind, details: &BTreeMap<String, String>) -> Result<(), CognitoError> {
    // That an empty text counts as missing is inferred.
    let has = |key: &&str| details.get(*key).is_some_and(|value| !value.is_empty());
    let (needed, refusal): (&[&str], Refusal) = match kind {
        Kind::Google | Kind::Facebook | Kind::LoginWithAmazon => (
            &["client_id", "client_secret", "authorize_scopes"],
            Refusal::SocialDetails,
        ),
        Kind::SignInWithApple => (
            &["client_id", PRIVATE_KEY, "team_id", "key_id"],
            Refusal::AppleDetails,
        ),
        Kind::Oidc => (
            &[
                "client_id",
                "authorize_scopes",
                "oidc_issuer",
                "attributes_request_method",
            ],
            Refusal::OidcDetails,
        ),
        Kind::Saml => return check_saml(details),
    };
    if let Some(missing) = needed.iter().find(|key| !has(key)) {
        return refusal.refuse(format!("ProviderDetails has no {missing}"));
    }
    if kind == Kind::Oidc {
        return check_oidc(details);
    }
    Ok(())
}

fn check_oidc(details: &BTreeMap<String, String>) -> Result<(), CognitoError> {
    if let Some(method) = details.get("attributes_request_method")
        && !["GET", "POST"].contains(&method.as_str())
    {
        return Refusal::AttributesRequestMethod {
            value: method.clone(),
        }
        .refuse("attributes_request_method is GET or POST, in capitals");
    }
    // Observed for the issuer, inferred for the others.
    const ENDPOINTS: [&str; 5] = [
        "oidc_issuer",
        "authorize_url",
        "token_url",
        "attributes_url",
        "jwks_uri",
    ];
    let is_open = |key: &&&str| {
        let given = details.get(**key);
        given.is_some_and(|url| !url.starts_with("https://"))
    };
    if let Some(open) = ENDPOINTS.iter().find(is_open) {
        return Refusal::OidcEndpointOpen.refuse(format!("{open} does not start with https://"));
    }
    Ok(())
}

fn check_saml(details: &BTreeMap<String, String>) -> Result<(), CognitoError> {
    let has = |key: &str| details.get(key).is_some_and(|value| !value.is_empty());
    match (has(METADATA_URL), has(METADATA_FILE)) {
        (false, false) => {
            return Refusal::MetadataMissing
                .refuse("give MetadataURL, or the XML document itself as MetadataFile");
        }
        (true, true) => {
            return Refusal::MetadataGivenTwice.refuse("leave MetadataURL or MetadataFile out");
        }
        _ => {}
    }
    // That other values are refused is inferred.
    let allowed: [(&str, &[&str]); 4] = [
        ("IDPSignout", &["true", "false"]),
        ("IDPInit", &["true", "false"]),
        ("EncryptedResponses", &["true", "false"]),
        ("RequestSigningAlgorithm", &["rsa-sha256"]),
    ];
    for (key, values) in allowed {
        let given = details.get(key);
        if given.is_some_and(|given| !values.iter().any(|it| given.eq_ignore_ascii_case(it))) {
            return Refusal::ProviderDetailInvalid { key: key.into() }
                .refuse(format!("{key} takes {}", values.join(" or ")));
        }
    }
    Ok(())
}

/// The keys that AWS adds to what was given.
fn added(kind: Kind, details: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let texts = |pairs: &[(&'static str, &str)]| {
        pairs
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect()
    };
    match kind {
        Kind::Google => texts(&[
            (
                "attributes_url",
                "https://people.googleapis.com/v1/people/me?personFields=",
            ),
            ("attributes_url_add_attributes", "true"),
            (
                "authorize_url",
                "https://accounts.google.com/o/oauth2/v2/auth",
            ),
            ("oidc_issuer", "https://accounts.google.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://www.googleapis.com/oauth2/v4/token"),
        ]),
        Kind::Facebook => {
            let version = details
                .get("api_version")
                .map_or(FACEBOOK_VERSION, String::as_str);
            let graph = format!("https://graph.facebook.com/{version}");
            vec![
                ("attributes_url", format!("{graph}/me?fields=")),
                ("attributes_url_add_attributes", "true".into()),
                (
                    "authorize_url",
                    format!("https://www.facebook.com/{version}/dialog/oauth"),
                ),
                ("token_request_method", "GET".into()),
                ("token_url", format!("{graph}/oauth/access_token")),
            ]
        }
        Kind::LoginWithAmazon => texts(&[
            ("attributes_url", "https://api.amazon.com/user/profile"),
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://www.amazon.com/ap/oa"),
            ("token_request_method", "POST"),
            ("token_url", "https://api.amazon.com/auth/o2/token"),
        ]),
        Kind::SignInWithApple => texts(&[
            ("attributes_url_add_attributes", "false"),
            ("authorize_url", "https://appleid.apple.com/auth/authorize"),
            ("oidc_issuer", "https://appleid.apple.com"),
            ("token_request_method", "POST"),
            ("token_url", "https://appleid.apple.com/auth/token"),
        ]),
        Kind::Oidc => texts(&[("attributes_url_add_attributes", "false")]),
        Kind::Saml => Vec::new(),
    }
}

/// A mapping with what names the user: social and OIDC providers always have it (documented by
/// samples, that it is always there is inferred), SAML's NameID needs none.
pub(super) fn with_username(
    kind: Kind,
    mut mapping: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let claim = match kind {
        Kind::Facebook => "id",
        Kind::LoginWithAmazon => "user_id",
        Kind::Google | Kind::SignInWithApple | Kind::Oidc => "sub",
        Kind::Saml => return mapping,
    };
    mapping
        .entry("username".into())
        .or_insert_with(|| claim.into());
    mapping
}

/// Claims go to attributes of the pool (the sentence is observed, aws-cli#9729). A mapped immutable
/// attribute is taken and fails at the second sign-in (observed). That the two attributes that only
/// the service writes are refused is inferred.
pub(super) fn check_mapping(
    schema: &Schema,
    mapping: &BTreeMap<String, String>,
) -> Result<(), CognitoError> {
    let can_be_mapped = |name: &str| match name {
        "username" => true,
        "sub" | "identities" => false,
        _ => schema.get(name).is_some(),
    };
    let wrong: Vec<&str> = mapping
        .keys()
        .map(String::as_str)
        .filter(|name| !can_be_mapped(name))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Refusal::InvalidMapping {
        names: wrong.join(", "),
    }
    .refuse(
        "keys of AttributeMapping are attributes of the pool's schema, custom ones with custom: \
         before the name; DescribeUserPool shows them",
    )
}
