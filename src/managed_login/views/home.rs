//! The page of `GET /`: what this is, and where a browser can go from here.

use askama::Template;

use super::{Rendered, policy};

/// A pool, and its clients that have sign-in pages.
#[derive(Debug, Clone)]
pub(crate) struct HomePool {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its clients.
    pub(crate) clients: Vec<HomeClient>,
    /// How many clients there are besides.
    pub(crate) left_out: usize,
}

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct HomeClient {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its sign-in page; none where it has none.
    pub(crate) sign_in: Option<String>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    nonce: &'a str,
    version: &'a str,
    root: &'a str,
    pools: &'a [HomePool],
    left_out: usize,
}

/// The page of `GET /`, with as many pools as fit on a page, and how many there are besides. Its links are below
/// the path `root`.
pub(crate) fn home(nonce: &str, root: &str, pools: &[HomePool], left_out: usize) -> Rendered {
    let page = Home {
        nonce,
        version: env!("CARGO_PKG_VERSION"),
        root,
        pools,
        left_out,
    };
    Rendered {
        // Writing to a string cannot fail.
        html: page.render().unwrap_or_default().replace("&#38;", "&amp;"),
        policy: policy(nonce, false),
    }
}
