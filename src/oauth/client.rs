//! Which client asks: an app client, or one that is registered by the document at its id; and how it proves
//! that.

use std::sync::Arc;

use super::error::{Code, Refused};
use crate::context::Context;
use crate::model::cognito_idp::OAuthFlowType;
use crate::model::{ClientId, Secret};
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::{AppClient, SecretFault};
use crate::store::user_pool::client_id_metadata::GrantType;
use crate::user_pool::app_clients::managed_secrets;
use crate::user_pool::client_id_metadata::{self, UrlClient};

/// The client of a request.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its pool.
    pub pool: Arc<UserPool>,
    /// The app client.
    pub app: Arc<AppClient>,
    /// What is registered by a document over it.
    url: Option<Arc<UrlClient>>,
}

impl Client {
    /// The client of this id; `pool` is the pool that the request's address tells.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn find(
        cx: &Context,
        pool: Option<&Arc<UserPool>>,
        id: &str,
    ) -> Result<Self, String> {
        if id.starts_with("https://") {
            return Self::at_url(cx, pool, id).await;
        }
        let found = managed_secrets::client(cx, &ClientId::from(id));
        let (own, app) = found.map_err(|error| error.reason().to_owned())?;
        if let Some(pool) = pool.filter(|pool| pool.id != own.id) {
            return Err(format!(
                "the app client is one of {}, and the address is that of {}",
                own.id, pool.id
            ));
        }
        Ok(Self {
            pool: own,
            app,
            url: None,
        })
    }

    /// Without a pool in the address, the pools are asked one by one: the first whose policies let the URL in
    /// is the one (on AWS the domain tells).
    async fn at_url(cx: &Context, pool: Option<&Arc<UserPool>>, url: &str) -> Result<Self, String> {
        let candidates = match pool {
            Some(pool) => vec![Arc::clone(pool)],
            None => cx.store.all_pools(),
        };
        let mut reason = String::from("there is no user pool");
        for pool in candidates {
            match client_id_metadata::resolve(cx, &pool, url).await {
                Ok(client) => {
                    return Ok(Self {
                        pool,
                        app: Arc::clone(&client.app_client),
                        url: Some(Arc::new(client)),
                    });
                }
                Err(unresolved) => reason = unresolved.reason().to_owned(),
            }
        }
        Err(reason)
    }

    /// The id as the client gives it.
    pub fn id(&self) -> Arc<str> {
        match &self.url {
            Some(client) => Arc::clone(&client.id),
            None => self.app.id.as_str().into(),
        }
    }

    /// The URL of the document that registers it, where one does.
    pub fn url(&self) -> Option<&str> {
        self.url.as_ref().map(|client| &*client.id)
    }

    /// Where sign-ins may return to.
    pub fn callbacks(&self) -> &[String] {
        match &self.url {
            Some(client) => &client.metadata.redirect_uris,
            None => self.app.callback_urls.as_deref().unwrap_or_default(),
        }
    }

    /// Whether it may use a flow.
    pub fn allows(&self, flow: OAuthFlowType) -> bool {
        match &self.url {
            Some(client) => client.allows(flow),
            None => {
                let flows = self.app.oauth_flows.as_deref();
                flows.unwrap_or_default().contains(&flow)
            }
        }
    }

    /// The scopes that it may have.
    pub fn scopes(&self) -> Vec<String> {
        let mut scopes = self.app.oauth_scopes.clone().unwrap_or_default();
        let wanted = self
            .url
            .as_ref()
            .and_then(|url| url.metadata.scopes.as_ref());
        if let Some(wanted) = wanted {
            scopes.retain(|scope| wanted.contains(scope));
        }
        scopes
    }

    /// Whether it gets refresh tokens, and may use them: a document says so itself (documented: both must have a
    /// grant).
    pub fn refreshes(&self) -> bool {
        let url = self.url.as_ref();
        url.is_none_or(|url| url.metadata.grants.contains(&GrantType::RefreshToken))
    }

    /// The identity providers that it signs people in with.
    pub fn providers(&self) -> &[String] {
        self.app.identity_providers.as_deref().unwrap_or_default()
    }

    /// Whether it signs in users of the pool's own.
    pub fn has_own_users(&self) -> bool {
        self.providers().iter().any(|name| name == "COGNITO")
    }

    /// Whether it needs no secret.
    fn is_public(&self) -> bool {
        self.url.is_some() || !self.app.is_confidential()
    }

    /// Checks the secret that the client gives; either of its two is right (inferred).
    fn check_secret(&self, secret: Option<&Secret>) -> Result<(), Refused> {
        let fault = match (self.is_public(), secret) {
            (true, None) => return Ok(()),
            (true, Some(_)) => SecretFault::NotExpected,
            (false, secret) => match self.app.check_secret(secret) {
                Ok(()) => return Ok(()),
                Err(fault) => fault,
            },
        };
        Err(Refused::new(
            Code::InvalidClient,
            match fault {
                SecretFault::Missing => {
                    "the client has a secret: send it in an Authorization header of the Basic scheme, or as \
                     client_secret"
                }
                SecretFault::Wrong => "the secret is none of the client's",
                SecretFault::NotExpected => {
                    "the client has no secret: send client_id alone, without an Authorization header and \
                     without client_secret"
                }
            },
        ))
    }
}

/// How a request to the token or revocation endpoint says whose it is.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// User and password of an `Authorization: Basic` header; an error for a header that is none.
    pub basic: Option<Result<(String, Secret), &'static str>>,
    /// `client_id` of the form.
    pub id: Option<String>,
    /// `client_secret` of the form.
    pub secret: Option<Secret>,
}

impl Credentials {
    /// The client, which has proven who it is.
    ///
    /// # Errors
    /// `invalid_request` where nothing names a client, `invalid_client` for all else (that an unknown client is
    /// so is observed; that two names of different clients are is inferred).
    pub async fn client(
        &self,
        cx: &Context,
        pool: Option<&Arc<UserPool>>,
    ) -> Result<Client, Refused> {
        let invalid = |reason: String| Refused::new(Code::InvalidClient, reason);
        let (id, secret) = match &self.basic {
            Some(Err(fault)) => return Err(invalid((*fault).to_owned())),
            Some(Ok((id, secret))) => {
                if self.id.as_ref().is_some_and(|other| other != id) {
                    return Err(invalid(
                        "the Authorization header and client_id name different clients".into(),
                    ));
                }
                (id, Some(secret))
            }
            None => match &self.id {
                Some(id) => (id, self.secret.as_ref()),
                None => {
                    return Err(Refused::new(
                        Code::InvalidRequest,
                        "no client_id was sent, in an Authorization header of the Basic scheme or in the form",
                    ));
                }
            },
        };
        let client = Client::find(cx, pool, id).await.map_err(invalid)?;
        client.check_secret(secret)?;
        Ok(client)
    }
}
