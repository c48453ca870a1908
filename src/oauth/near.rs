//! What a parameter of an authorization request may have meant: said in the reason of its refusal, and in
//! nothing else.

use super::client::Client;
use crate::model::near::told;
use crate::store::user_pool::app_client::AppClient;

/// Clients of the pool that are looked at.
const CLIENTS: usize = 5_000;

type Uris = fn(&AppClient) -> &[String];

fn callbacks(client: &AppClient) -> &[String] {
    client.callback_urls.as_deref().unwrap_or_default()
}

fn logouts(client: &AppClient) -> &[String] {
    client.logout_urls.as_deref().unwrap_or_default()
}

/// The one of `known` that is most like what was given, to be put behind a reason.
pub(super) fn of(given: &str, known: &[String]) -> String {
    behind(told(given, known.iter().map(String::as_str)))
}

/// The same for a redirect URI; else whose URI it is.
pub(super) fn callback(client: &Client, given: &str) -> String {
    let near = told(given, client.callbacks().iter().map(String::as_str));
    let of_logout =
        || has(&client.app, logouts, given).then(|| "it is one of its LogoutURLs".to_owned());
    behind(
        near.or_else(of_logout)
            .or_else(|| of_another(client, callbacks, given)),
    )
}

/// The same for a URI to which a sign-out leads.
pub(super) fn logout(client: &Client, given: &str) -> String {
    let near = told(given, logouts(&client.app).iter().map(String::as_str));
    let of_callback =
        || has(&client.app, callbacks, given).then(|| "it is one of its CallbackURLs".to_owned());
    behind(
        near.or_else(of_callback)
            .or_else(|| of_another(client, logouts, given)),
    )
}

fn has(client: &AppClient, uris: Uris, given: &str) -> bool {
    uris(client).iter().any(|uri| uri == given)
}

/// Another client of the pool that has this URI.
fn of_another(client: &Client, uris: Uris, given: &str) -> Option<String> {
    let clients = client.pool.read(|state| state.clients.clone());
    let mut looked_at = clients.values().take(CLIENTS);
    let other = looked_at.find(|other| other.id != client.app.id && has(other, uris, given))?;
    Some(format!(
        "it is one of the app client {} ({})",
        other.id, other.name
    ))
}

fn behind(near: Option<String>) -> String {
    near.map_or_else(String::new, |near| format!("; {near}"))
}
