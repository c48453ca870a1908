//! Styles of the managed login pages, and looks of the classic ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::change::{Change, Staged};
use super::draft::Draft;
use crate::clock::Timestamp;
use crate::error::{CognitoError, Refusal};
use crate::model::ClientId;
use crate::model::cognito_idp::AssetType;

/// Stands for every client without a setting of its own.
pub(crate) const ALL: &str = "ALL";

/// The style of an app client.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Its id, a UUID.
    pub id: Arc<str>,
    /// Whose pages it is for.
    pub client: ClientId,
    /// What differs from AWS's values; none if AWS's values are used.
    pub settings: Option<Value>,
    /// Its images, in the order in which they came.
    pub assets: Vec<AssetType>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Style {
    /// Adds an asset, or replaces the one of its category and color mode. One without an image
    /// keeps the image that is there (inferred).
    pub(crate) fn put_asset(&mut self, mut asset: AssetType) {
        let slot = |asset: &AssetType| (asset.category, asset.color_mode);
        let same = |old: &&mut AssetType| slot(old) == slot(&asset);
        match self.assets.iter_mut().find(same) {
            Some(old) => {
                asset.bytes = asset.bytes.or_else(|| old.bytes.take());
                *old = asset;
            }
            None => self.assets.push(asset),
        }
    }
}

/// The styles of a pool, found by id and by client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Styles {
    pub(crate) by_id: BTreeMap<Arc<str>, Arc<Style>>,
    by_client: BTreeMap<ClientId, Arc<str>>,
}

impl Styles {
    /// Adds or replaces a style, or takes it away.
    pub(super) fn publish(&mut self, change: Staged<Arc<str>, Style>) {
        match &change {
            Staged::Put(id, style) => {
                self.by_client.insert(style.client.clone(), Arc::clone(id));
            }
            Staged::Remove(id) => {
                if let Some(gone) = self.by_id.get(id) {
                    self.by_client.remove(&gone.client);
                }
            }
        }
        change.publish(&mut self.by_id);
    }

    /// Takes the style of a client away.
    pub(crate) fn forget_client(&mut self, client: &ClientId) {
        if let Some(id) = self.by_client.remove(client) {
            self.by_id.remove(&id);
        }
    }

    /// The style of a client.
    pub fn of_client(&self, client: &ClientId) -> Option<&Arc<Style>> {
        self.by_id.get(self.by_client.get(client)?)
    }

    pub(crate) fn require(&self, id: &str) -> Result<&Arc<Style>, CognitoError> {
        self.by_id
            .get(id)
            .ok_or_else(|| Refusal::BrandingUnknown.because("the pool has no style with this id"))
    }
}

/// CSS and logo of one client, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiCustomization {
    pub(crate) client: ClientId,
    pub(crate) css: Option<String>,
    pub(crate) image: Option<Image>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    pub(crate) kind: ImageKind,
    pub(crate) bytes: Arc<[u8]>,
}

/// What a logo may be (documented: PNG, JPG or JPEG).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImageKind {
    Png,
    Jpeg,
}

impl ImageKind {
    /// The kind that the first bytes tell.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else {
            None
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// The settings of a pool, by client id or `ALL`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UiCustomizations(pub(crate) BTreeMap<ClientId, Arc<UiCustomization>>);

impl UiCustomizations {
    /// Sets or takes away the setting of a client.
    pub(super) fn publish(&mut self, change: Staged<ClientId, UiCustomization>) {
        change.publish(&mut self.0);
    }

    /// A client is gone, and its setting with it.
    pub(super) fn forget_client(&mut self, client: &ClientId) {
        self.0.remove(client);
    }

    /// The setting that a client has, its own or that of all.
    pub fn of(&self, client: &str) -> Option<&Arc<UiCustomization>> {
        self.0.get(client).or_else(|| self.0.get(ALL))
    }
}

impl UiCustomization {
    /// 14 digits of UTC (documented by an example of the AWS CLI); the time of the last change
    /// (inferred).
    pub(crate) fn version(&self) -> String {
        self.modified.to_digits()
    }
}

impl Draft<'_> {
    /// Adds or replaces a style.
    pub fn put_style(&mut self, style: Style) -> Arc<Style> {
        self.put(Change::Style, Arc::clone(&style.id), style)
    }

    /// Takes a style away.
    pub fn remove_style(&mut self, id: Arc<str>) {
        self.stage(Change::Style(Staged::Remove(id)));
    }

    /// Sets the look of the classic pages of a client, or takes it away.
    pub fn set_ui_customization(&mut self, client: ClientId, look: Option<Arc<UiCustomization>>) {
        self.stage(Change::UiCustomization(Staged::set(client, look)));
    }
}
