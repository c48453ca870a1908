//! Styles of the managed login pages, one for each app client.
//!
//! What a request may hold is documented in the API reference: a style has either settings or
//! AWS's values. Observed: assets may come with AWS's values, against the reference; an answer has
//! `Settings` only if some were given, and always `Assets`; an update adds an asset unless there is
//! one of its category and color mode, which it replaces.

use std::sync::Arc;

use serde_json::Value;

use super::managed_login_settings;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    AssetCategoryType, AssetExtensionType, AssetType, CreateManagedLoginBrandingRequest,
    CreateManagedLoginBrandingResponse, DeleteManagedLoginBrandingRequest,
    DescribeManagedLoginBrandingByClientRequest, DescribeManagedLoginBrandingByClientResponse,
    DescribeManagedLoginBrandingRequest, DescribeManagedLoginBrandingResponse,
    ManagedLoginBrandingType, UpdateManagedLoginBrandingRequest,
    UpdateManagedLoginBrandingResponse,
};
use crate::model::{ClientId, NoOutput, PoolId};
use crate::store::user_pool::branding::Style;
use crate::store::user_pool::state::PoolState;
use crate::user_pool::app_clients;

/// Documented quota.
const STYLES_PER_POOL: usize = 20;

/// The longest list of assets that the model has.
const MAX_ASSETS: usize = 40;

/// Settings and assets of one request (documented: 2 MB).
const MAX_REQUEST: usize = 2 * 1024 * 1024;

impl Style {
    /// The style as responses show it. AWS's own images, which a merged style has besides on AWS,
    /// are not there.
    fn view(&self, pool: &PoolId, merged: bool) -> ManagedLoginBrandingType {
        let settings = if merged {
            Some(managed_login_settings::merged(self.settings.as_ref()))
        } else {
            self.settings.clone()
        };
        ManagedLoginBrandingType {
            managed_login_branding_id: Some(self.id.to_string()),
            user_pool_id: Some(pool.clone()),
            use_cognito_provided_values: Some(self.settings.is_none()),
            settings,
            assets: Some(self.assets.clone()),
            creation_date: Some(self.created),
            last_modified_date: Some(self.modified),
        }
    }
}

/// The settings of a style over AWS's default, as the pages show them.
pub fn merged_settings(settings: Option<&Value>) -> Value {
    managed_login_settings::merged(settings)
}

/// Where an image of a style is; `at` is its place in the style. The path is ours: AWS serves images from a
/// host of its own.
pub fn asset_address(pool: &PoolId, style: &Style, at: usize) -> String {
    format!(
        "/{pool}/{}/{}/assets/style/{at}",
        style.id, style.modified.0
    )
}

/// The image at such a path: its media type, and what is in it.
pub fn asset(cx: &Context, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let mut parts = path.strip_prefix('/')?.splitn(4, '/');
    let (pool, id, modified) = (parts.next()?, parts.next()?, parts.next()?);
    let at: usize = parts.next()?.strip_prefix("assets/style/")?.parse().ok()?;
    let pool = cx.store.pool(&PoolId::from(pool)).ok()?;
    let style = pool.read(|state| state.styles.by_id.get(id).cloned())?;
    let asset = style
        .assets
        .get(at)
        .filter(|_| style.modified.0.to_string() == modified)?;
    let kind = match asset.extension {
        AssetExtensionType::Ico => "image/x-icon",
        AssetExtensionType::Jpeg => "image/jpeg",
        AssetExtensionType::Png => "image/png",
        AssetExtensionType::Svg => "image/svg+xml",
        AssetExtensionType::Webp => "image/webp",
    };
    Some((kind, asset.bytes.clone()?))
}

/// What a request wants of the settings.
enum Wanted {
    AwsValues,
    Settings(Value),
    Nothing,
}

fn wanted(aws_values: Option<bool>, given: Option<Value>) -> Result<Wanted, CognitoError> {
    match (aws_values.unwrap_or(false), given) {
        (true, Some(_)) => Refusal::BrandingValues
            .refuse("UseCognitoProvidedValues is true and Settings are given; choose one"),
        (true, None) => Ok(Wanted::AwsValues),
        (false, None) => Ok(Wanted::Nothing),
        (false, Some(given)) => match managed_login_settings::fault(&given) {
            None => Ok(Wanted::Settings(given)),
            Some(fault) => Refusal::BrandingSettings { fault }.refuse(
                "DescribeManagedLoginBranding with ReturnMergedResources shows what can be set",
            ),
        },
    }
}

const FAVICONS: [(AssetCategoryType, AssetExtensionType); 2] = [
    (AssetCategoryType::FaviconIco, AssetExtensionType::Ico),
    (AssetCategoryType::FaviconSvg, AssetExtensionType::Svg),
];

/// A favicon is of the type that its category names: observed for ICO, inferred for SVG.
fn check_assets(assets: &[AssetType]) -> Result<(), CognitoError> {
    for asset in assets {
        let typed = FAVICONS.iter().find(|(one, _)| *one == asset.category);
        let Some((_, only)) = typed else { continue };
        if asset.extension != *only {
            return Refusal::BrandingAsset {
                category: asset.category.to_string(),
                extension: asset.extension.to_string(),
            }
            .refuse(format!("the category takes {only} files"));
        }
    }
    Ok(())
}

fn check_size(given: Option<&Value>, assets: &[AssetType]) -> Result<(), CognitoError> {
    let settings = given.map_or(0, |settings| settings.to_string().len());
    let images = assets.iter().filter_map(|asset| asset.bytes.as_ref());
    let images: usize = images.map(|bytes| bytes.len().div_ceil(3) * 4).sum();
    if settings + images <= MAX_REQUEST {
        return Ok(());
    }
    Refusal::RequestTooLarge.refuse(format!(
        "Settings ({settings} bytes) and images ({images} bytes in Base64) may have {MAX_REQUEST} \
         together; what does not fit can follow by UpdateManagedLoginBranding"
    ))
}

/// `CreateManagedLoginBranding`.
///
/// # Errors
/// An unknown pool or client, a client that has a style, too many styles; both settings and AWS's
/// values or neither; settings or assets that AWS refuses.
pub fn create_managed_login_branding(
    cx: &Context,
    req: CreateManagedLoginBrandingRequest,
) -> Result<CreateManagedLoginBrandingResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let assets = req.assets.unwrap_or_default();
    check_size(req.settings.as_ref(), &assets)?;
    let settings = match wanted(req.use_cognito_provided_values, req.settings)? {
        Wanted::AwsValues => None,
        Wanted::Settings(settings) => Some(settings),
        Wanted::Nothing => {
            return Refusal::BrandingValues
                .refuse("neither Settings nor UseCognitoProvidedValues true is given");
        }
    };
    check_assets(&assets)?;
    let now = cx.now();
    let mut style = Style {
        id: cx.entropy.uuid(Purpose::Ids).to_string().into(),
        client: req.client_id,
        settings,
        assets: Vec::new(),
        created: now,
        modified: now,
    };
    for asset in assets {
        style.put_asset(asset);
    }
    let style = pool.change(|draft| {
        check_place(draft.state(), &style.client)?;
        Ok(draft.put_style(style))
    })?;
    Ok(CreateManagedLoginBrandingResponse {
        managed_login_branding: Some(style.view(&pool.id, false)),
    })
}

fn check_place(state: &PoolState, client: &ClientId) -> Result<(), CognitoError> {
    app_clients::require(state, client)?;
    if let Some(style) = state.styles.of_client(client) {
        return Refusal::BrandingExists.refuse(format!(
            "the client has the style {}; update that one, or delete it first",
            style.id
        ));
    }
    if state.styles.by_id.len() >= STYLES_PER_POOL {
        return Refusal::ResourceLimit {
            what: "managed login branding styles in the user pool".into(),
        }
        .refuse(format!("a pool has {STYLES_PER_POOL} styles at most"));
    }
    Ok(())
}

/// `DescribeManagedLoginBranding`.
///
/// # Errors
/// An unknown pool or style.
pub fn describe_managed_login_branding(
    cx: &Context,
    req: DescribeManagedLoginBrandingRequest,
) -> Result<DescribeManagedLoginBrandingResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let style = pool.read(|state| {
        let found = state.styles.require(&req.managed_login_branding_id);
        found.cloned()
    })?;
    let merged = req.return_merged_resources.unwrap_or(false);
    Ok(DescribeManagedLoginBrandingResponse {
        managed_login_branding: Some(style.view(&pool.id, merged)),
    })
}

/// `DescribeManagedLoginBrandingByClient`.
///
/// # Errors
/// An unknown pool or client, a client without a style.
pub fn describe_managed_login_branding_by_client(
    cx: &Context,
    req: DescribeManagedLoginBrandingByClientRequest,
) -> Result<DescribeManagedLoginBrandingByClientResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    let style = pool.read(|state| {
        app_clients::require(state, &req.client_id)?;
        state
            .styles
            .of_client(&req.client_id)
            .cloned()
            .ok_or_else(|| {
                Refusal::BrandingUnknown
                    .because("the client has no style; CreateManagedLoginBranding makes one")
            })
    })?;
    let merged = req.return_merged_resources.unwrap_or(false);
    Ok(DescribeManagedLoginBrandingByClientResponse {
        managed_login_branding: Some(style.view(&pool.id, merged)),
    })
}

/// `UpdateManagedLoginBranding`. What is not given stays (documented), settings member by member
/// (inferred). AWS's values take the settings away (observed), and assets too (inferred).
///
/// # Errors
/// An unknown pool or style; both settings and AWS's values; settings or assets that AWS refuses.
pub fn update_managed_login_branding(
    cx: &Context,
    req: UpdateManagedLoginBrandingRequest,
) -> Result<UpdateManagedLoginBrandingResponse, CognitoError> {
    // The model requires neither, yet without them there is nothing to update (inferred).
    let missing = |name: &str| Refusal::MissingParameter { name: name.into() };
    let pool_id = req.user_pool_id.ok_or_else(|| {
        missing("UserPoolId").because("a style is found by its pool and its own id")
    })?;
    let id = req.managed_login_branding_id.ok_or_else(|| {
        missing("ManagedLoginBrandingId").because("a style is found by its pool and its own id")
    })?;
    let pool = cx.pool(&pool_id)?;
    let assets = req.assets.unwrap_or_default();
    check_size(req.settings.as_ref(), &assets)?;
    let wanted = wanted(req.use_cognito_provided_values, req.settings)?;
    check_assets(&assets)?;
    let now = cx.now();
    let style = pool.change(|draft| {
        let mut style = Style::clone(draft.state().styles.require(&id)?);
        match wanted {
            Wanted::AwsValues => {
                style.settings = None;
                style.assets.clear();
            }
            Wanted::Settings(given) => match &mut style.settings {
                Some(settings) => managed_login_settings::merge(settings, &given),
                None => style.settings = Some(given),
            },
            Wanted::Nothing => {}
        }
        for asset in assets {
            style.put_asset(asset);
        }
        if style.assets.len() > MAX_ASSETS {
            return Refusal::BrandingAssets
                .refuse(format!("a style has {MAX_ASSETS} assets at most"));
        }
        style.modified = now;
        Ok(draft.put_style(style))
    })?;
    Ok(UpdateManagedLoginBrandingResponse {
        managed_login_branding: Some(style.view(&pool.id, false)),
    })
}

/// `DeleteManagedLoginBranding`. The client has no style then (documented).
///
/// # Errors
/// An unknown pool or style.
pub fn delete_managed_login_branding(
    cx: &Context,
    req: DeleteManagedLoginBrandingRequest,
) -> Result<NoOutput, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let style = draft
            .state()
            .styles
            .require(&req.managed_login_branding_id)?;
        draft.remove_style(Arc::clone(&style.id));
        Ok(NoOutput)
    })
}

#[cfg(test)]
#[path = "tests/managed_login.rs"]
mod tests;
