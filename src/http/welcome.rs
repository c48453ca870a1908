//! `GET /` in a browser: what this is, the pools with their sign-in pages, and where the docs are. It names what
//! is there, so it answers as the test API does: to this machine, and to the hosts that are let in.

use std::fmt::Write as _;
use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{ACCEPT, CONTENT_SECURITY_POLICY, HeaderValue, X_FRAME_OPTIONS};
use hyper::http::request::Parts;

use super::door::{Door, Peer};
use super::guard;
use super::html::{document, escaped};
use super::query;
use super::reply::{self, Reply};
use crate::context::Context;
use crate::model::cognito_idp::OAuthFlowType;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;

/// Pools and clients that are listed at most.
const MOST: usize = 100;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page, for a browser; none for other programs, and for pages and hosts that the test API turns away.
pub(super) fn serve(door: &Door, peer: &Peer, head: &Parts) -> Option<Reply> {
    let accepts = head.headers.get(ACCEPT)?.to_str().ok()?;
    if !accepts.contains("text/html") || guard::admit(head, &door.guests).is_err() {
        return None;
    }
    let cx = Context::new(Arc::clone(&door.shared), door.caller(peer, head));
    let mut reply = reply::html(StatusCode::OK, page(&cx), cx.now());
    let headers = reply.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    Some(reply)
}

fn page(cx: &Context) -> String {
    let base = cx.base_url();
    let mut content = format!(
        "<p>This is Poolhouse, a local Amazon Cognito for tests. AWS SDKs call it at <code>{}</code>.</p>\n\
         <h2>User pools</h2>\n",
        escaped(base)
    );
    let pools = cx.store.all_pools();
    if pools.is_empty() {
        content.push_str("<p>There is none yet.</p>\n");
    }
    for pool in pools.iter().take(MOST) {
        push_pool(&mut content, base, pool);
    }
    if pools.len() > MOST {
        // Writing to a String never fails.
        let _ = writeln!(content, "<p>And {} more.</p>", pools.len() - MOST);
    }
    content.push_str(
        "<h2>More</h2>\n<ul>\n\
         <li><a href=\"/_poolhouse\">The test API</a>: messages, clock, faults, snapshots</li>\n\
         <li><a href=\"/_poolhouse/messages\">Messages</a> that AWS would have sent</li>\n\
         <li>The documentation is in <code>docs/</code> of the project; <code>docs/hosted.md</code> is about \
         these pages</li>\n</ul>\n",
    );
    document("Poolhouse", &content)
}

fn push_pool(content: &mut String, base: &str, pool: &UserPool) {
    let (name, clients) = pool.read(|state| {
        let clients: Vec<Arc<AppClient>> = state.clients.values().take(MOST).cloned().collect();
        (state.settings.name.clone(), clients)
    });
    let id = escaped(&pool.id);
    let discovery = format!("/{id}/.well-known/openid-configuration");
    let _ = writeln!(
        content,
        "<h3>{} <small>{id}</small></h3>\n<p><a href=\"{discovery}\">Discovery document</a></p>\n<ul>",
        escaped(&name)
    );
    for client in clients {
        let _ = match sign_in(base, &client) {
            Some(url) => writeln!(
                content,
                "<li><a href=\"{}\">Sign in to {}</a> <small>{}</small></li>",
                escaped(&url),
                escaped(&client.name),
                escaped(&client.id)
            ),
            None => writeln!(
                content,
                "<li>{} <small>{}</small>: no sign-in page (AllowedOAuthFlows, CallbackURLs and \
                 SupportedIdentityProviders make one)</li>",
                escaped(&client.name),
                escaped(&client.id)
            ),
        };
    }
    content.push_str("</ul>\n");
}

/// The sign-in page of a client that can have one.
fn sign_in(base: &str, client: &AppClient) -> Option<String> {
    let flows = client.oauth_flows.as_deref().unwrap_or_default();
    let response_type = if flows.contains(&OAuthFlowType::Code) {
        "code"
    } else if flows.contains(&OAuthFlowType::Implicit) {
        "token"
    } else {
        return None;
    };
    let callback = client.callback_urls.as_deref()?.first()?;
    let has_provider = client
        .identity_providers
        .as_ref()
        .is_some_and(|all| !all.is_empty());
    (client.oauth_enabled && has_provider).then(|| {
        let pairs = [
            ("client_id", client.id.as_str()),
            ("response_type", response_type),
            ("redirect_uri", callback),
        ];
        format!("{base}/login?{}", query::encoded(&pairs))
    })
}
