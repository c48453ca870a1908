//! The look of the classic hosted UI: CSS and a logo, for one app client or for all.
//!
//! "Customizing hosted UI (classic) branding", developer guide (documented): the setting of a client
//! overrides that of the pool (`ALL`), CSS and logo cannot be set separately, and the pool needs a
//! domain. That neither CSS nor logo takes a setting away is observed. AWS serves both files from a
//! host of its own, under the same path as here (observed).

use std::sync::Arc;

use super::css;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    GetUICustomizationRequest, GetUICustomizationResponse, SetUICustomizationRequest,
    SetUICustomizationResponse, UICustomizationType,
};
use crate::model::{ClientId, PoolId};
use crate::store::Draft;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::branding::{ALL, Image, ImageKind, UiCustomization};
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients;

/// The whole request, its image in Base64 (documented: 135 KB).
const MAX_REQUEST: usize = 135 * 1024;

impl UiCustomization {
    /// The setting as responses show it; which members are there only once they are set is
    /// documented by an example of the AWS CLI.
    fn view(&self, cx: &Context, pool: &PoolId) -> UICustomizationType {
        let image_url = self.image.as_ref().map(|_| {
            format!(
                "{}/{pool}/{}/{}/{IMAGE_PATH}",
                cx.base_url(),
                self.client,
                self.version()
            )
        });
        UICustomizationType {
            user_pool_id: Some(pool.clone()),
            client_id: Some(self.client.clone()),
            image_url,
            css: self.css.clone(),
            css_version: self.css.is_some().then(|| self.version()),
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }
}

fn client_or_all(given: Option<ClientId>) -> ClientId {
    given.unwrap_or_else(|| ClientId::from(ALL))
}

fn check_client(state: &PoolState, client: &ClientId) -> Result<(), CognitoError> {
    if client.as_str() != ALL {
        app_clients::require(state, client)?;
    }
    Ok(())
}

/// `SetUICustomization`. Without CSS and image, the setting is taken away. The order of the checks
/// is inferred.
///
/// # Errors
/// An unknown pool or client, a pool without a domain, CSS or an image that AWS refuses.
pub fn set_ui_customization(
    cx: &Context,
    req: SetUICustomizationRequest,
) -> Result<SetUICustomizationResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let client = client_or_all(req.client_id);
    pool.read(|state| check_target(state, &client))?;
    let css = req.css.filter(|css| !css.is_empty());
    let image = req.image_file.filter(|bytes| !bytes.is_empty());
    check_size(css.as_deref(), image.as_deref())?;
    css.as_deref().map_or(Ok(()), css::check)?;
    let image = image.map(read_image).transpose()?;
    let now = cx.now();
    let made = pool.change(|draft| {
        // Both could have gone meanwhile.
        check_target(draft.state(), &client)?;
        Ok(stage(draft, client, css, image, now))
    })?;
    let shown = made.map(|made| made.view(cx, &pool.id));
    Ok(SetUICustomizationResponse {
        ui_customization: shown.unwrap_or_default(),
    })
}

fn check_target(state: &PoolState, client: &ClientId) -> Result<(), CognitoError> {
    check_client(state, client)?;
    if pool_has_domain(state) {
        return Ok(());
    }
    Refusal::DomainRequired
        .refuse("the pages to customize are at the pool's domain; CreateUserPoolDomain makes one")
}

/// Whether there is a place for the pages.
fn pool_has_domain(state: &PoolState) -> bool {
    state.domains.main().is_some()
}

fn stage(
    draft: &mut Draft<'_>,
    client: ClientId,
    css: Option<String>,
    image: Option<Image>,
    now: Timestamp,
) -> Option<Arc<UiCustomization>> {
    let before = draft.state().ui_customizations.0.get(&client);
    let made = (css.is_some() || image.is_some()).then(|| {
        Arc::new(UiCustomization {
            client: client.clone(),
            css,
            image,
            created: before.map_or(now, |before| before.created),
            modified: now,
        })
    });
    draft.set_ui_customization(client, made.clone());
    made
}

fn check_size(css: Option<&str>, image: Option<&[u8]>) -> Result<(), CognitoError> {
    let css = css.map_or(0, str::len);
    let image = image.map_or(0, |bytes| bytes.len().div_ceil(3) * 4);
    if css + image <= MAX_REQUEST {
        return Ok(());
    }
    Refusal::RequestTooLarge.refuse(format!(
        "CSS ({css} bytes) and image ({image} bytes in Base64) may have {MAX_REQUEST} together"
    ))
}

fn read_image(bytes: Vec<u8>) -> Result<Image, CognitoError> {
    let kind = ImageKind::of(&bytes).ok_or_else(|| {
        Refusal::LogoType.because("the file starts like neither a PNG nor a JPEG file")
    })?;
    Ok(Image {
        kind,
        bytes: bytes.into(),
    })
}

/// `GetUICustomization`: the client's own setting, else that of all, else an empty object
/// (documented).
///
/// # Errors
/// An unknown pool or client.
pub fn get_ui_customization(
    cx: &Context,
    req: GetUICustomizationRequest,
) -> Result<GetUICustomizationResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let client = client_or_all(req.client_id);
    let found = pool.read(|state| {
        check_client(state, &client)?;
        Ok(state.ui_customizations.of(&client).cloned())
    })?;
    let shown = found.map(|found| found.view(cx, &pool.id));
    Ok(GetUICustomizationResponse {
        ui_customization: shown.unwrap_or_default(),
    })
}

const IMAGE_PATH: &str = "assets/images/image.jpg";

const CSS_PATH: &str = "assets/CSS/custom-css.css";

/// A file of a customization, as a browser gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedFile {
    /// Its media type.
    pub content_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Where CSS and logo of a client's classic pages are, as far as they are set.
pub fn addresses(pool: &UserPool, client: &ClientId) -> (Option<String>, Option<String>) {
    let Some(look) = pool.read(|state| state.ui_customizations.of(client).cloned()) else {
        return (None, None);
    };
    let at = |file: &str| format!("/{}/{}/{}/{file}", pool.id, look.client, look.version());
    let css = look.css.as_ref().map(|_| at(CSS_PATH));
    (css, look.image.as_ref().map(|_| at(IMAGE_PATH)))
}

/// Which file a path names: `/POOL/CLIENT/VERSION/assets/…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePath<'a> {
    pool: &'a str,
    client: &'a str,
    version: &'a str,
    is_image: bool,
}

impl<'a> FilePath<'a> {
    /// The file at `path`, if it is one.
    pub fn at(path: &'a str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.splitn(4, '/');
        let (pool, client, version) = (parts.next()?, parts.next()?, parts.next()?);
        let is_image = match parts.next()? {
            IMAGE_PATH => true,
            CSS_PATH => false,
            _ => return None,
        };
        Some(Self {
            pool,
            client,
            version,
            is_image,
        })
    }
}

/// The file, as long as it is the one in use.
pub fn file(cx: &Context, path: FilePath<'_>) -> Option<ServedFile> {
    let pool: Arc<UserPool> = cx.store.pool(&PoolId::from(path.pool)).ok()?;
    let found = pool.read(|state| state.ui_customizations.0.get(path.client).cloned())?;
    if found.version() != path.version {
        return None;
    }
    if path.is_image {
        found.image.as_ref().map(|image| ServedFile {
            content_type: image.kind.content_type(),
            bytes: image.bytes.to_vec(),
        })
    } else {
        found.css.as_ref().map(|css| ServedFile {
            content_type: "text/css; charset=utf-8",
            bytes: css.clone().into_bytes(),
        })
    }
}

#[cfg(test)]
#[path = "tests/ui_customization.rs"]
mod tests;
