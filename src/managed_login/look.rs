//! How the pages of an app client look, and what stands on them: its style, its providers, its terms.

use serde_json::Value;

use super::views::{
    Asset, Language, Local, Look, NameKind, PasswordRules, Provider, ProviderKind, Style, Terms,
};
use crate::model::Contact;
use crate::model::cognito_idp::{
    AliasAttributeType, AuthFactorType, ClientTypeType, ExplicitAuthFlowsType,
    IdentityProviderTypeType as Kind,
};
use crate::oauth::client::Client;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::auth::hosted::Place;
use crate::user_pool::branding::{managed_login, ui_customization};

/// The version of the classic pages.
const CLASSIC: i32 = 1;

/// How the pages of a client look. A pool without a domain, which on AWS has no pages, has managed login in
/// AWS's style, so that nothing has to be made before a first try.
/// `root` is the path below which files are, for who sees the page.
pub(super) fn of(pool: &UserPool, client: &AppClient, version: Option<i32>, root: &str) -> Look {
    let below = |path: String| format!("{root}{path}");
    if version == Some(CLASSIC) {
        let (css, logo) = ui_customization::addresses(pool, &client.id);
        return Look::Classic {
            css: css.map(below),
            logo: logo.map(below),
        };
    }
    let style = pool.read(|state| state.styles.of_client(&client.id).cloned());
    let settings = style.as_ref().and_then(|style| style.settings.as_ref());
    let assets = style.iter().flat_map(|style| {
        let address = move |at| below(managed_login::asset_address(&pool.id, style, at));
        let made = move |(at, asset): (usize, &crate::model::cognito_idp::AssetType)| Asset {
            category: asset.category,
            mode: asset.color_mode,
            resource: asset.resource_id.clone(),
            url: address(at),
        };
        style.assets.iter().enumerate().map(made)
    });
    Look::Managed(Box::new(Style::of(
        &managed_login::merged_settings(settings),
        assets.collect(),
    )))
}

/// AWS's own style.
pub(super) fn plain() -> Look {
    let settings: Value = managed_login::merged_settings(None);
    Look::Managed(Box::new(Style::of(&settings, Vec::new())))
}

/// Whether the pages cannot be shown: managed login of a domain needs a style (observed). Clients that register
/// themselves have AWS's (inferred: nobody could make one before their first sign-in).
pub(super) fn is_missing(client: &Client, version: Option<i32>) -> bool {
    let registers_itself =
        client.app.kind == ClientTypeType::Dcr || client.id().starts_with("https://");
    let styles = |state: &PoolState| state.styles.of_client(&client.app.id).is_some();
    version.is_some_and(|version| version != CLASSIC)
        && !registers_itself
        && !client.pool.read(styles)
}

/// What users are named by.
pub(super) fn name_kind(settings: &PoolSettings) -> NameKind {
    let (email, phone) = if settings.has_username_attributes() {
        let is = |contact| settings.username_is(contact);
        return match (is(Contact::Email), is(Contact::PhoneNumber)) {
            (true, false) => NameKind::Email,
            (false, true) => NameKind::Phone,
            _ => NameKind::EmailOrPhone,
        };
    } else {
        let has = |attribute| settings.has_alias(attribute);
        (
            has(AliasAttributeType::Email),
            has(AliasAttributeType::PhoneNumber),
        )
    };
    match (email, phone) {
        (true, true) => NameKind::Any,
        (true, false) => NameKind::UsernameOrEmail,
        (false, true) => NameKind::UsernameOrPhone,
        (false, false) => NameKind::Username,
    }
}

/// How users of the pool sign in; none where the client does not take them.
pub(super) fn local(
    settings: &PoolSettings,
    client: &AppClient,
    providers: &[String],
    username: String,
    is_classic: bool,
) -> Option<Local> {
    // Documented: managed login asks for the name alone where the client may choose factors and the pool has
    // others than passwords.
    let chooses = client.allows_flow(&[ExplicitAuthFlowsType::AllowUserAuth])
        && settings
            .first_factors
            .iter()
            .any(|factor| *factor != AuthFactorType::Password);
    providers
        .iter()
        .any(|name| name == "COGNITO")
        .then(|| Local {
            name: name_kind(settings),
            username,
            name_first: chooses && !is_classic,
            sign_up: !settings.admin_create.only_admins,
        })
}

/// The buttons of the client's other providers, and whether an e-mail address chooses one: where every SAML
/// provider of the client has identifiers (documented).
pub(super) fn providers(pool: &UserPool, names: &[String]) -> (Vec<Provider>, bool) {
    pool.read(|state| {
        let known = names.iter().filter_map(|name| state.providers.get(name));
        let known: Vec<_> = known.collect();
        let mut saml = known.iter().filter(|one| one.kind == Kind::Saml).peekable();
        let by_email = saml.peek().is_some() && saml.all(|one| !one.identifiers.is_empty());
        let shown = known
            .iter()
            .filter(|one| !by_email || one.kind != Kind::Saml);
        let button = |one: &&std::sync::Arc<
            crate::store::user_pool::identity_provider::IdentityProvider,
        >| Provider {
            name: one.name.to_string(),
            kind: match one.kind {
                Kind::Facebook => ProviderKind::Facebook,
                Kind::Google => ProviderKind::Google,
                Kind::LoginWithAmazon => ProviderKind::Amazon,
                Kind::SignInWithApple => ProviderKind::Apple,
                Kind::Saml | Kind::Oidc => ProviderKind::Corporate,
            },
        };
        (shown.map(button).collect(), by_email)
    })
}

/// What a password must have.
pub(super) fn rules(settings: &PoolSettings) -> PasswordRules {
    let policy = &settings.password_policy;
    PasswordRules {
        length: usize::try_from(policy.minimum_length).unwrap_or_default(),
        lower: policy.require_lowercase,
        upper: policy.require_uppercase,
        digit: policy.require_numbers,
        symbol: policy.require_symbols,
    }
}

/// The client's documents in a language, if it has both (documented).
pub(super) fn terms(place: &Place, language: Language) -> Option<Terms> {
    place.pool.read(|state| {
        let link = |name: &str| {
            let document = state.terms.of_client(&place.client.id, name)?;
            let links = &document.links;
            links
                .get(language.terms_key())
                .or_else(|| links.get("cognito:default"))
                .cloned()
        };
        Some(Terms {
            terms_of_use: link("terms-of-use")?,
            privacy_policy: link("privacy-policy")?,
        })
    })
}
