//! `GET /` in a browser: what this is, and which pools have sign-in pages.

use super::views::{HomeClient, HomePool, home};
use super::visit::Shown;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::cognito_idp::OAuthFlowType;
use crate::oauth::address::{self, Part};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;

/// Pools that the page lists; clients of each as many.
const MOST: usize = 50;

/// The page.
pub fn page(cx: &Context) -> Shown {
    let all = cx.store.all_pools();
    let listed: Vec<HomePool> = all.iter().take(MOST).map(|pool| shown(cx, pool)).collect();
    let nonce = cx.entropy.uuid(Purpose::Requests).simple().to_string();
    let left_out = all.len() - listed.len();
    let page = home(&nonce, cx.base_path(), &listed, left_out);
    Shown {
        status: 200,
        html: page.html,
        policy: page.policy,
        language: "en-US",
        state: None,
        reason: None,
    }
}

fn shown(cx: &Context, pool: &UserPool) -> HomePool {
    pool.read(|state| HomePool {
        id: pool.id.to_string(),
        name: state.settings.name.clone(),
        clients: state
            .clients
            .values()
            .take(MOST)
            .map(|client| HomeClient {
                id: client.id.to_string(),
                name: client.name.to_string(),
                sign_in: sign_in(cx, client),
            })
            .collect(),
    })
}

/// The sign-in page of a client that can have one.
fn sign_in(cx: &Context, client: &AppClient) -> Option<String> {
    let flows = client.oauth_flows.as_deref().unwrap_or_default();
    let kind = if flows.contains(&OAuthFlowType::Code) {
        "code"
    } else if flows.contains(&OAuthFlowType::Implicit) {
        "token"
    } else {
        return None;
    };
    let back = client
        .callback_urls
        .as_deref()?
        .first()
        .filter(|_| client.oauth_enabled)?;
    let providers = client.identity_providers.as_deref().unwrap_or_default();
    if providers.is_empty() {
        return None;
    }
    let pairs = [
        ("client_id", client.id.as_str()),
        ("response_type", kind),
        ("redirect_uri", back),
    ];
    Some(address::with(
        &format!("{}/login", cx.base_url()),
        Part::Query,
        &pairs,
    ))
}
