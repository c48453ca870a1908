//! A style of managed login as a page needs it: the document of CreateManagedLoginBranding made into CSS
//! variables, and where its images are.
//!
//! Which parts of the document are applied: colors, corners, the color scheme, header and footer, logos,
//! background images, graphics, the place of the form, the order of federated and own sign-in, the language
//! selector. What AWS's pages make of the rest is not known.

use std::fmt::Write as _;

use serde_json::Value;

use crate::model::cognito_idp::{AssetCategoryType as Category, ColorSchemeModeType as Mode};

use super::card::Graphic;

/// An image of a style.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    /// What it is for.
    pub(crate) category: Category,
    /// In which color scheme.
    pub(crate) mode: Mode,
    /// The provider whose button it is on.
    pub(crate) resource: Option<String>,
    /// Where it is.
    pub(crate) url: String,
}

/// An image, and the one that takes its place in the dark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) light: String,
    pub(super) dark: Option<String>,
}

/// Which color schemes a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Light,
    Dark,
    /// As the browser wishes.
    Dynamic,
}

/// A style, ready for pages.
pub(crate) struct Style {
    /// Rules of variables, made of nothing but checked colors, numbers and encoded addresses.
    pub(super) css: String,
    scheme: Scheme,
    /// Whether steps have their little picture.
    pub(super) graphics: bool,
    pub(super) language_selector: bool,
    pub(super) header: bool,
    pub(super) footer: bool,
    /// Providers before the pool's own users.
    pub(super) federated_first: bool,
    /// Classes that place form and logos.
    pub(super) classes: String,
    logo_wanted: [bool; 3],
    icons: bool,
    assets: Vec<Asset>,
}

/// A variable and the color that it has.
const COLORS: [(&str, &str, &str); 42] = [
    ("page", "components.pageBackground", "color"),
    ("form", "components.form", "backgroundColor"),
    ("form-line", "components.form", "borderColor"),
    ("text", "components.pageText", "bodyColor"),
    ("heading", "components.pageText", "headingColor"),
    ("description", "components.pageText", "descriptionColor"),
    ("label", "componentClasses.inputLabel", "textColor"),
    ("hint", "componentClasses.inputDescription", "textColor"),
    (
        "input",
        "componentClasses.input",
        "defaults.backgroundColor",
    ),
    (
        "input-line",
        "componentClasses.input",
        "defaults.borderColor",
    ),
    ("placeholder", "componentClasses.input", "placeholderColor"),
    ("focus", "componentClasses.focusState", "borderColor"),
    ("link", "componentClasses.link", "defaults.textColor"),
    ("link-hover", "componentClasses.link", "hover.textColor"),
    ("divider", "componentClasses.divider", "borderColor"),
    (
        "option",
        "componentClasses.optionControls",
        "selected.backgroundColor",
    ),
    (
        "primary",
        "components.primaryButton",
        "defaults.backgroundColor",
    ),
    (
        "primary-text",
        "components.primaryButton",
        "defaults.textColor",
    ),
    (
        "primary-hover",
        "components.primaryButton",
        "hover.backgroundColor",
    ),
    (
        "primary-hover-text",
        "components.primaryButton",
        "hover.textColor",
    ),
    (
        "primary-active",
        "components.primaryButton",
        "active.backgroundColor",
    ),
    (
        "primary-active-text",
        "components.primaryButton",
        "active.textColor",
    ),
    (
        "second",
        "components.secondaryButton",
        "defaults.backgroundColor",
    ),
    (
        "second-line",
        "components.secondaryButton",
        "defaults.borderColor",
    ),
    (
        "second-text",
        "components.secondaryButton",
        "defaults.textColor",
    ),
    (
        "second-hover",
        "components.secondaryButton",
        "hover.backgroundColor",
    ),
    (
        "second-hover-line",
        "components.secondaryButton",
        "hover.borderColor",
    ),
    (
        "second-hover-text",
        "components.secondaryButton",
        "hover.textColor",
    ),
    (
        "idp",
        "components.idpButton.standard",
        "defaults.backgroundColor",
    ),
    (
        "idp-line",
        "components.idpButton.standard",
        "defaults.borderColor",
    ),
    (
        "idp-text",
        "components.idpButton.standard",
        "defaults.textColor",
    ),
    (
        "idp-hover",
        "components.idpButton.standard",
        "hover.backgroundColor",
    ),
    (
        "idp-hover-line",
        "components.idpButton.standard",
        "hover.borderColor",
    ),
    (
        "idp-hover-text",
        "components.idpButton.standard",
        "hover.textColor",
    ),
    ("error", "components.alert", "error.backgroundColor"),
    ("error-line", "components.alert", "error.borderColor"),
    (
        "success",
        "componentClasses.statusIndicator",
        "success.backgroundColor",
    ),
    (
        "success-line",
        "componentClasses.statusIndicator",
        "success.borderColor",
    ),
    ("header", "components.pageHeader", "background.color"),
    ("header-line", "components.pageHeader", "borderColor"),
    ("footer", "components.pageFooter", "background.color"),
    ("footer-line", "components.pageFooter", "borderColor"),
];

/// A variable and the radius that it has.
const RADII: [(&str, &str); 4] = [
    ("form-radius", "components.form.borderRadius"),
    ("button-radius", "componentClasses.buttons.borderRadius"),
    ("input-radius", "componentClasses.input.borderRadius"),
    ("alert-radius", "components.alert.borderRadius"),
];

/// A variable and the image that it has, with the member that says whether it is shown.
const BACKGROUNDS: [(&str, Category, &str); 4] = [
    (
        "page-image",
        Category::PageBackground,
        "components.pageBackground.image",
    ),
    (
        "form-image",
        Category::FormBackground,
        "components.form.backgroundImage",
    ),
    (
        "header-image",
        Category::PageHeaderBackground,
        "components.pageHeader.backgroundImage",
    ),
    (
        "footer-image",
        Category::PageFooterBackground,
        "components.pageFooter.backgroundImage",
    ),
];

fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.')
        .try_fold(document, |value, name| value.get(name))
}

fn word<'a>(document: &'a Value, path: &str) -> &'a str {
    at(document, path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn is_on(document: &Value, path: &str) -> bool {
    at(document, path).and_then(Value::as_bool).unwrap_or(false)
}

impl Style {
    /// The style of a document that has every default in it.
    pub(crate) fn of(document: &Value, assets: Vec<Asset>) -> Self {
        let scheme = match word(document, "categories.global.colorSchemeMode") {
            "DARK" => Scheme::Dark,
            "DYNAMIC" => Scheme::Dynamic,
            _ => Scheme::Light,
        };
        let logo = |part: &str| is_on(document, &format!("components.{part}.logo.enabled"));
        let mut style = Self {
            css: String::new(),
            scheme,
            graphics: is_on(document, "categories.form.displayGraphics"),
            language_selector: is_on(document, "categories.form.languageSelector.enabled"),
            header: is_on(document, "categories.global.pageHeader.enabled"),
            footer: is_on(document, "categories.global.pageFooter.enabled"),
            federated_first: federated_first(document),
            classes: classes(document),
            logo_wanted: [logo("form"), logo("pageHeader"), logo("pageFooter")],
            icons: is_on(document, "componentClasses.idpButtons.icons.enabled"),
            assets,
        };
        style.css = style.rules(document);
        style
    }

    /// `color-scheme` of the page, by which browsers draw what pages cannot.
    pub(super) fn color_scheme(&self) -> &'static str {
        match self.scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
            Scheme::Dynamic => "light dark",
        }
    }

    fn rules(&self, document: &Value) -> String {
        let mut css = String::with_capacity(4 * 1024);
        let first = if self.scheme == Scheme::Dark {
            Mode::Dark
        } else {
            Mode::Light
        };
        css.push_str(":root{");
        self.write(&mut css, document, first);
        for (name, path) in RADII {
            let radius = at(document, path).and_then(Value::as_f64).unwrap_or(0.0);
            // Writing to a string cannot fail.
            let _ = write!(css, "--{name}:{}px;", radius.clamp(0.0, 100.0));
        }
        css.push('}');
        if self.scheme == Scheme::Dynamic {
            css.push_str("@media(prefers-color-scheme:dark){:root{");
            self.write(&mut css, document, Mode::Dark);
            css.push_str("}}");
        }
        css
    }

    fn write(&self, css: &mut String, document: &Value, mode: Mode) {
        let member = if mode == Mode::Dark {
            "darkMode"
        } else {
            "lightMode"
        };
        for (name, part, color) in COLORS {
            let color = word(document, &format!("{part}.{member}.{color}"));
            if color.len() == 8 && color.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                let _ = write!(css, "--{name}:#{color};");
            }
        }
        for (name, category, part) in BACKGROUNDS {
            if !is_on(document, &format!("{part}.enabled")) {
                continue;
            }
            if let Some(url) = self.image(category, mode) {
                let _ = write!(css, "--{name}:url(\"{}\");", css_address(url));
            }
        }
    }

    /// The image of a category in a color scheme: its own, or the one for both.
    fn image(&self, category: Category, mode: Mode) -> Option<&str> {
        let find = |mode| {
            self.assets
                .iter()
                .find(|asset| asset.category == category && asset.mode == mode)
        };
        let other = if mode == Mode::Dark {
            Mode::Light
        } else {
            Mode::Dark
        };
        let found = find(mode)
            .or_else(|| find(Mode::Dynamic))
            .or_else(|| find(other));
        found.map(|asset| asset.url.as_str())
    }

    fn picture(&self, category: Category) -> Option<Picture> {
        let first = if self.scheme == Scheme::Dark {
            Mode::Dark
        } else {
            Mode::Light
        };
        let light = self.image(category, first)?.to_owned();
        let dark = self
            .image(category, Mode::Dark)
            .filter(|dark| *dark != light);
        let dark = dark
            .filter(|_| self.scheme == Scheme::Dynamic)
            .map(ToOwned::to_owned);
        Some(Picture { light, dark })
    }

    pub(super) fn form_logo(&self) -> Option<Picture> {
        self.logo_wanted[0]
            .then(|| self.picture(Category::FormLogo))
            .flatten()
    }

    pub(super) fn header_logo(&self) -> Option<Picture> {
        self.logo_wanted[1]
            .then(|| self.picture(Category::PageHeaderLogo))
            .flatten()
    }

    pub(super) fn footer_logo(&self) -> Option<Picture> {
        self.logo_wanted[2]
            .then(|| self.picture(Category::PageFooterLogo))
            .flatten()
    }

    /// The style's own picture of a step.
    pub(super) fn graphic(&self, graphic: Graphic) -> Option<Picture> {
        self.picture(match graphic {
            Graphic::Email => Category::EmailGraphic,
            Graphic::Sms => Category::SmsGraphic,
            Graphic::AuthApp => Category::AuthAppGraphic,
            Graphic::Password => Category::PasswordGraphic,
            Graphic::Passkey => Category::PasskeyGraphic,
        })
    }

    pub(super) fn favicon(&self) -> Option<&str> {
        let icon = |category| self.image(category, Mode::Light);
        icon(Category::FaviconSvg).or_else(|| icon(Category::FaviconIco))
    }

    /// The picture on the button of a provider.
    pub(super) fn provider_icon(&self, provider: &str) -> Option<&str> {
        let is_its = |asset: &&Asset| {
            asset.category == Category::IdpButtonIcon && asset.resource.as_deref() == Some(provider)
        };
        let found = self.assets.iter().find(is_its).filter(|_| self.icons)?;
        Some(&found.url)
    }
}

/// Which of the two ways the document names first.
fn federated_first(document: &Value) -> bool {
    let order = at(document, "categories.auth.authMethodOrder").and_then(Value::as_array);
    let ways = order
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten();
    let mut kinds = ways.filter_map(|way| way.get("type").and_then(Value::as_str));
    kinds.next() == Some("FEDERATED")
}

/// Classes of our own for the words that the document places things by.
fn classes(document: &Value) -> String {
    let mut classes = String::new();
    let mut place = |prefix: &str, path: &str| {
        let name = match word(document, path) {
            "START" | "LEFT" => "start",
            "END" | "RIGHT" => "end",
            "TOP" => "top",
            "BOTTOM" => "bottom",
            "OUT" => "out",
            "COMPACT" => "compact",
            _ => return,
        };
        let _ = write!(classes, " {prefix}-{name}");
    };
    place("across", "categories.form.location.horizontal");
    place("down", "categories.form.location.vertical");
    place("space", "categories.global.spacingDensity");
    place("logo", "components.form.logo.location");
    place("logo", "components.form.logo.position");
    place("head", "components.pageHeader.logo.location");
    place("foot", "components.pageFooter.logo.location");
    classes.trim_start().to_owned()
}

/// An address that can stand in quotes in CSS.
fn css_address(url: &str) -> String {
    url.replace('\\', "%5C")
        .replace('"', "%22")
        .replace('<', "%3C")
        .replace(['\n', '\r'], "")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::user_pool::branding::managed_login::merged_settings;

    fn asset(category: Category, mode: Mode, url: &str) -> Asset {
        Asset {
            category,
            mode,
            resource: None,
            url: url.into(),
        }
    }

    #[test]
    fn every_color_of_the_default_document_is_found() {
        for mode in ["LIGHT", "DARK", "DYNAMIC"] {
            let settings = json!({"categories": {"global": {"colorSchemeMode": mode}}});
            let style = Style::of(&merged_settings(Some(&settings)), Vec::new());
            let times = if mode == "DYNAMIC" { 2 } else { 1 };
            for (name, ..) in COLORS {
                assert_eq!(
                    style.css.matches(&format!("--{name}:#")).count(),
                    times,
                    "{mode} {name}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_color_stays_out() {
        let mut settings = merged_settings(None);
        settings["components"]["pageBackground"]["lightMode"]["color"] = json!("red;}*{");
        let css = Style::of(&settings, Vec::new()).css;
        assert!(!css.contains("--page:") && !css.contains('*'), "{css}");
    }

    #[test]
    fn images_follow_the_color_scheme_and_their_switches() {
        let assets = vec![
            asset(Category::FormLogo, Mode::Light, "/light.png"),
            asset(Category::FormLogo, Mode::Dark, "/dark.png"),
            asset(Category::PageBackground, Mode::Dynamic, "/a\"b.png"),
        ];
        let settings = json!({
            "categories": {"global": {"colorSchemeMode": "DYNAMIC"}},
            "components": {"form": {"logo": {"enabled": true}}},
        });
        let style = Style::of(&merged_settings(Some(&settings)), assets.clone());
        let both = Picture {
            light: "/light.png".into(),
            dark: Some("/dark.png".into()),
        };
        assert_eq!(style.form_logo(), Some(both));
        assert!(
            style.css.contains("--page-image:url(\"/a%22b.png\")"),
            "{}",
            style.css
        );
        let style = Style::of(&merged_settings(None), assets);
        assert_eq!(style.form_logo(), None);
    }
}
