//! What makes a URL a client's id, and a document its registration.
//!
//! Documented ("Client ID metadata documents (CIMD)", developer guide): the URL is `https`, the document
//! is JSON, its client is a public one, whose `token_endpoint_auth_method` is `none`, and
//! `client_credentials` is not for it. The rest is of the Internet draft that the guide's page is about,
//! draft-ietf-oauth-client-id-metadata-document, and of RFC 7591, whose words it uses; that Cognito keeps to
//! all of it is inferred. So is that a document without a `token_endpoint_auth_method` is refused: in RFC
//! 7591 it means `client_secret_basic`.

use serde_json::{Map, Value};

use crate::store::user_pool::client_id_metadata::{ClientMetadata, GrantType};
use crate::user_pool::app_clients::checks;

/// The longest document that the draft recommends to read (5 kilobytes).
const LARGEST: usize = 5 * 1024;

/// Lengths of a URL in the service model.
const URL_LENGTHS: std::ops::RangeInclusive<usize> = 12..=256;

/// Whether a URL can be a client's id; the reason if not.
pub(super) fn check_url(url: &str) -> Result<(), String> {
    let Some(rest) = url.strip_prefix("https://") else {
        return Err("it does not start with https://".into());
    };
    if !URL_LENGTHS.contains(&url.encode_utf16().count()) {
        return Err("it is not of 12 to 256 characters".into());
    }
    if url.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err("it has a space in it".into());
    }
    if url.contains('#') {
        return Err("it has a fragment".into());
    }
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if host.is_empty() || host.contains('@') {
        return Err("a host, without a user, comes behind https://".into());
    }
    let path = path.split('?').next().unwrap_or_default();
    if !path.starts_with('/') {
        return Err("it has no path".into());
    }
    let is_dots = |part: &str| {
        let plain = part.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    };
    if path.split('/').any(is_dots) {
        return Err("its path has a . or .. segment".into());
    }
    Ok(())
}

/// Reads the document that `url` gave.
///
/// # Errors
/// Why it is not the registration of a client that a pool takes.
pub(super) fn parse(url: &str, body: &[u8]) -> Result<ClientMetadata, String> {
    if body.len() > LARGEST {
        return Err(format!("it has more than {LARGEST} bytes"));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(document)) => read(url, &document),
        Ok(_) => Err("it is no JSON object".into()),
        Err(error) => Err(format!("it is no JSON: {error}")),
    }
}

/// Takes out of a document what the pool needs of it.
pub(super) fn read(url: &str, document: &Map<String, Value>) -> Result<ClientMetadata, String> {
    if text(document, "client_id")?.as_deref() != Some(url) {
        return Err(format!("its client_id is not {url}"));
    }
    if text(document, "token_endpoint_auth_method")?.as_deref() != Some("none") {
        return Err("its token_endpoint_auth_method is not none".into());
    }
    for secret in ["client_secret", "client_secret_expires_at"] {
        if document.contains_key(secret) {
            return Err(format!("it has a {secret}, and its client is a public one"));
        }
    }
    let redirect_uris = texts(document, "redirect_uris")?.unwrap_or_default();
    if redirect_uris.is_empty() {
        return Err("it has no redirect_uris".into());
    }
    for uri in &redirect_uris {
        checks::redirect_url(uri)
            .map_err(|error| format!("redirect URI {uri}: {}", error.reason()))?;
    }
    let grants = texts(document, "grant_types")?;
    // The default of RFC 7591; others than these are not for such a client.
    let grants = grants.unwrap_or_else(|| vec!["authorization_code".into()]);
    let scope = text(document, "scope")?;
    Ok(ClientMetadata {
        name: text(document, "client_name")?,
        redirect_uris,
        grants: grants.iter().filter_map(|grant| known(grant)).collect(),
        scopes: scope.map(|scope| scope.split_whitespace().map(str::to_owned).collect()),
    })
}

fn known(grant: &str) -> Option<GrantType> {
    match grant {
        "authorization_code" => Some(GrantType::AuthorizationCode),
        "implicit" => Some(GrantType::Implicit),
        "refresh_token" => Some(GrantType::RefreshToken),
        _ => None,
    }
}

fn text(document: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("its {name} is no text")),
    }
}

fn texts(document: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, String> {
    let wrong = || format!("its {name} is no list of texts");
    match document.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => {
            let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(wrong);
            items.iter().map(text).collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "https://agent.example.com/client.json";

    fn document() -> Value {
        json!({
            "client_id": URL, "client_name": "Agent", "token_endpoint_auth_method": "none",
            "redirect_uris": ["https://agent.example.com/back", "http://127.0.0.1/back"],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "scope": "openid  email", "logo_uri": "https://agent.example.com/logo.png",
        })
    }

    #[test]
    fn a_document_is_read_for_what_it_registers() {
        let read = parse(URL, document().to_string().as_bytes()).unwrap();
        let expected = ClientMetadata {
            name: Some("Agent".into()),
            redirect_uris: vec![
                "https://agent.example.com/back".into(),
                "http://127.0.0.1/back".into(),
            ],
            grants: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            scopes: Some(vec!["openid".into(), "email".into()]),
        };
        assert_eq!(read, expected);
        let least = json!({"client_id": URL, "token_endpoint_auth_method": "none",
            "redirect_uris": ["myapp://back"]});
        let read = parse(URL, least.to_string().as_bytes()).unwrap();
        assert_eq!(read.grants, [GrantType::AuthorizationCode]);
        assert_eq!((read.name, read.scopes), (None, None));
    }

    #[test]
    fn a_document_that_registers_no_public_client_is_refused() {
        for (member, value, reason) in [
            ("client_id", json!(null), "its client_id is not"),
            (
                "client_id",
                json!("https://agent.example.com/client.json/"),
                "its client_id is not",
            ),
            ("client_id", json!(1), "its client_id is no text"),
            ("token_endpoint_auth_method", json!(null), "is not none"),
            (
                "token_endpoint_auth_method",
                json!("private_key_jwt"),
                "is not none",
            ),
            (
                "token_endpoint_auth_method",
                json!("client_secret_basic"),
                "is not none",
            ),
            ("client_secret", json!("x"), "has a client_secret"),
            (
                "client_secret_expires_at",
                json!(0),
                "has a client_secret_expires_at",
            ),
            ("redirect_uris", json!(null), "no redirect_uris"),
            ("redirect_uris", json!([]), "no redirect_uris"),
            ("redirect_uris", json!([1]), "no list of texts"),
            (
                "redirect_uris",
                json!("https://a.example.com/"),
                "no list of texts",
            ),
            (
                "redirect_uris",
                json!(["http://a.example.com/"]),
                "use https",
            ),
            (
                "redirect_uris",
                json!(["https://a.example.com/#b"]),
                "take the # out",
            ),
            ("grant_types", json!({}), "no list of texts"),
            ("scope", json!(["openid"]), "its scope is no text"),
            (
                "client_name",
                json!("x".repeat(LARGEST)),
                "more than 5120 bytes",
            ),
        ] {
            let mut document = document();
            document[member] = value.clone();
            let refused = parse(URL, document.to_string().as_bytes()).unwrap_err();
            assert!(refused.contains(reason), "{member} {value}: {refused}");
        }
        for (body, reason) in [
            ("[]", "no JSON object"),
            ("{", "no JSON:"),
            ("", "no JSON:"),
        ] {
            assert!(parse(URL, body.as_bytes()).unwrap_err().contains(reason));
        }
    }

    #[test]
    fn a_url_has_a_host_and_a_path_and_nothing_that_hides_where_it_leads() {
        for url in [
            URL,
            "https://a.example:8443/c?d=e",
            "https://a.example/c/..d",
        ] {
            assert_eq!(check_url(url), Ok(()), "{url}");
        }
        for (url, reason) in [
            ("http://agent.example.com/c", "https://"),
            ("https://a/b", "12 to 256"),
            ("https://agent.example.com/c#d", "fragment"),
            ("https://agent.example.com/c d", "space"),
            ("https://user@agent.example.com/c", "without a user"),
            ("https:///client.json", "a host"),
            ("https://agent.example.com", "no path"),
            ("https://agent.example.com?c=/d", "no path"),
            ("https://agent.example.com/c/../d", "segment"),
            ("https://agent.example.com/c/%2E./d", "segment"),
        ] {
            let refused = check_url(url).unwrap_err();
            assert!(refused.contains(reason), "{url}: {refused}");
        }
    }
}
