//! The token-exchange grant (RFC 8693) of the token endpoint: GetDerivedToken by a form.
//!
//! That the endpoint has it is documented ("Exchanging tokens for downstream services"); the names of its
//! parameters and of the answer's members are those of the RFC (inferred), with
//! `subject_token_provider_name` and `actor_token_provider_name` for foreign tokens (inferred).

use std::sync::Arc;

use super::client::Client;
use super::error::{Code, Refused};
use super::parameters::Parameters;
use crate::context::Context;
use crate::error::Refusal;
use crate::model::cognito_idp::{
    GetDerivedTokenRequest, GetDerivedTokenResponse, IssuedTokenTypeIdentifierType as Issued,
    OAuthTokenTypeType, TokenTypeIdentifierType as Kind,
};
use crate::model::{JsonWriter, Secret};
use crate::user_pool::token_exchange;

/// The name of the grant.
pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

const SAML2: &str = "urn:ietf:params:oauth:token-type:saml2";

fn kind(name: &'static str, value: &str) -> Result<Kind, Refused> {
    match value {
        ACCESS_TOKEN => Ok(Kind::AccessToken),
        ID_TOKEN => Ok(Kind::IdToken),
        SAML2 => Ok(Kind::Saml2),
        _ => Err(Refused::new(
            Code::InvalidRequest,
            format!("{name} is {ACCESS_TOKEN}, {ID_TOKEN} or {SAML2}, and not {value:?}"),
        )),
    }
}

/// Exchanges a token for a client that has proven who it is: the body of the answer.
///
/// # Errors
/// What GetDerivedToken refuses, in the codes of OAuth 2.0.
pub async fn exchange(
    cx: &Context,
    client: &Client,
    form: &Parameters,
) -> Result<Vec<u8>, Refused> {
    let missing = |name: &str| {
        Refused::new(
            Code::InvalidRequest,
            format!("{name} is missing in the form"),
        )
    };
    let subject = form
        .get("subject_token")
        .ok_or_else(|| missing("subject_token"))?;
    let subject_kind = form.get("subject_token_type");
    let subject_kind = subject_kind.ok_or_else(|| missing("subject_token_type"))?;
    let actor_kind = form.get("actor_token_type");
    let requested = match form.get("requested_token_type") {
        None => None,
        Some(ACCESS_TOKEN) => Some(Issued::AccessToken),
        Some(ID_TOKEN) => Some(Issued::IdToken),
        Some(other) => {
            let reason =
                format!("requested_token_type is {ACCESS_TOKEN} or {ID_TOKEN}, and not {other:?}");
            return Err(Refused::new(Code::InvalidRequest, reason));
        }
    };
    let scopes = form.get("scope").map(|scope| {
        let scopes = scope.split_whitespace();
        scopes.map(str::to_owned).collect()
    });
    let one = |name: &str| form.owned(name).map(|value| vec![value]);
    let request = GetDerivedTokenRequest {
        client_id: client.app.id.clone(),
        client_secret: None,
        subject_token: Secret::from(subject.to_owned()),
        subject_token_type: kind("subject_token_type", subject_kind)?,
        subject_token_provider_name: form.owned("subject_token_provider_name"),
        actor_token: form.owned("actor_token").map(Secret::from),
        actor_token_type: actor_kind
            .map(|value| kind("actor_token_type", value))
            .transpose()?,
        actor_token_provider_name: form.owned("actor_token_provider_name"),
        scopes,
        audiences: one("audience"),
        resources: one("resource"),
        requested_token_type: requested,
    };
    let (pool, app) = (Arc::clone(&client.pool), Arc::clone(&client.app));
    let derived = token_exchange::exchanged(cx, pool, app, request).await;
    derived.map(|derived| to_json(&derived)).map_err(|error| {
        let code = match (&error.refusal, error.code()) {
            (Refusal::AuthFlowNotEnabled, _) => Code::UnauthorizedClient,
            (_, "InvalidParameterException" | "ResourceNotFoundException") => Code::InvalidRequest,
            (_, "InternalErrorException") => Code::ServerError,
            _ => Code::InvalidGrant,
        };
        Refused::new(code, error.reason().to_owned())
    })
}

fn to_json(derived: &GetDerivedTokenResponse) -> Vec<u8> {
    let mut out = JsonWriter::new();
    out.object(|out| {
        out.field("access_token", derived.issued_token.expose());
        let kind = match derived.issued_token_type {
            Issued::AccessToken => ACCESS_TOKEN,
            Issued::IdToken => ID_TOKEN,
        };
        out.field("issued_token_type", kind);
        let token_type = match derived.token_type {
            OAuthTokenTypeType::Bearer => "Bearer",
            OAuthTokenTypeType::NA => "N_A",
        };
        out.field("token_type", token_type);
        if let Some(life) = &derived.expires_in {
            out.field("expires_in", life);
        }
        if let Some(scopes) = &derived.scopes {
            out.field("scope", &scopes.join(" "));
        }
    });
    out.into_bytes()
}
