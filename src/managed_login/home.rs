//! `GET /` in a browser: what this is, and which pools have sign-in pages.

use super::views::{HomeClient, HomePool, home};
use super::visit::Shown;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::cognito_idp::OAuthFlowType;
use crate::oauth::address::{self, Part};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;

/// Characters of pools and clients that the page lists, as far as they come whole: it stays as small as any page.
const ROOM: usize = 16 * 1024;

/// What a pool or a client takes beside its own texts, at most.
const AROUND: usize = 360;

/// The page.
pub fn page(cx: &Context) -> Shown {
    let all = cx.store.all_pools();
    let mut room = ROOM;
    let mut listed = Vec::new();
    for pool in &all {
        match shown(cx, pool, room) {
            Some((shown, left)) => {
                listed.push(shown);
                room = left;
            }
            None => break,
        }
    }
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

/// A pool with as many clients as there is room for, and the room that is left; none where there is none for it.
fn shown(cx: &Context, pool: &UserPool, room: usize) -> Option<(HomePool, usize)> {
    pool.read(|state| {
        let name = &state.settings.name;
        let taken = 3 * pool.id.as_str().len() + name.len() + 2 * cx.base_path().len() + AROUND;
        let mut room = room.checked_sub(taken)?;
        let mut clients = Vec::new();
        for client in state.clients.values() {
            let sign_in = sign_in(cx, client);
            let address = sign_in.as_ref().map_or(0, String::len);
            let taken = address + 2 * client.name.len() + client.id.as_str().len() + AROUND;
            let Some(left) = room.checked_sub(taken) else {
                break;
            };
            room = left;
            clients.push(HomeClient {
                id: client.id.to_string(),
                name: client.name.to_string(),
                sign_in,
            });
        }
        let shown = HomePool {
            id: pool.id.to_string(),
            name: name.clone(),
            left_out: state.clients.len() - clients.len(),
            clients,
        };
        Some((shown, room))
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
