//! The document of a style: AWS's default, what may be set, and how the two are merged.
//!
//! The default is the document that the API reference gives as its example of CreateManagedLoginBranding
//! (documented); that `ReturnMergedResources` merges exactly that one is inferred. That AWS refuses a
//! document whose structure it does not know is observed; how closely it looks is inferred.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::model::kind;

/// What a style without settings looks like.
static DEFAULTS: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "categories": categories(),
        "componentClasses": component_classes(),
        "components": components(),
    })
});

/// The settings over AWS's default, as `ReturnMergedResources` shows them.
pub fn merged(settings: Option<&Value>) -> Value {
    let mut whole = DEFAULTS.clone();
    if let Some(settings) = settings {
        merge(&mut whole, settings);
    }
    whole
}

/// Lays `over` on `base`: objects member by member, all else as a whole.
pub fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                merge(base.entry(name.as_str()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

/// What is wrong with a document, if anything: it is an object of the parts that there are, members
/// of the default document have their type, and a color is eight hexadecimal digits. Other members
/// pass, since AWS adds some from time to time.
pub fn fault(settings: &Value) -> Option<String> {
    let Some(parts) = settings.as_object() else {
        return Some("must be an object".to_owned());
    };
    if let Some(unknown) = parts.keys().find(|part| DEFAULTS.get(part).is_none()) {
        return Some(format!("unknown member {unknown}"));
    }
    fault_at("", settings, &DEFAULTS)
}

fn fault_at(path: &str, given: &Value, default: &Value) -> Option<String> {
    match (given, default) {
        (Value::Object(given), Value::Object(default)) => given.iter().find_map(|(name, value)| {
            let inner = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            fault_at(&inner, value, default.get(name)?)
        }),
        (Value::String(given), Value::String(default)) if is_color(default) && !is_color(given) => {
            Some(format!(
                "{path} must be a color of eight hexadecimal digits"
            ))
        }
        _ => {
            let wanted = kind(default);
            (wanted != kind(given)).then(|| format!("{path} must be {wanted}"))
        }
    }
}

fn is_color(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// The same members twice, for the light and for the dark mode.
fn modes(light: Value, dark: Value) -> Value {
    json!({"lightMode": light, "darkMode": dark})
}

/// `modes` of a single color.
fn color(name: &str, light: &str, dark: &str) -> Value {
    modes(json!({ name: light }), json!({ name: dark }))
}

/// `value` with further members.
fn with(mut value: Value, more: &Value) -> Value {
    merge(&mut value, more);
    value
}

fn categories() -> Value {
    let off = json!({"enabled": false});
    json!({
        "auth": {
            "authMethodOrder": [[
                {"display": "BUTTON", "type": "FEDERATED"},
                {"display": "INPUT", "type": "USERNAME_PASSWORD"},
            ]],
            "federation": {"interfaceStyle": "BUTTON_LIST", "order": []},
        },
        "form": {
            "displayGraphics": true,
            "instructions": off,
            "languageSelector": off,
            "location": {"horizontal": "CENTER", "vertical": "CENTER"},
            "sessionTimerDisplay": "NONE",
        },
        "global": {
            "colorSchemeMode": "LIGHT",
            "pageFooter": off,
            "pageHeader": off,
            "spacingDensity": "REGULAR",
        },
        "signUp": {"acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}]},
    })
}

fn component_classes() -> Value {
    let drop_down = modes(
        json!({
            "defaults": {"itemBackgroundColor": "ffffffff"},
            "hover": {"itemBackgroundColor": "f4f4f4ff", "itemBorderColor": "7d8998ff",
                "itemTextColor": "000716ff"},
            "match": {"itemBackgroundColor": "414d5cff", "itemTextColor": "0972d3ff"},
        }),
        json!({
            "defaults": {"itemBackgroundColor": "192534ff"},
            "hover": {"itemBackgroundColor": "081120ff", "itemBorderColor": "5f6b7aff",
                "itemTextColor": "e9ebedff"},
            "match": {"itemBackgroundColor": "d1d5dbff", "itemTextColor": "89bdeeff"},
        }),
    );
    let input = modes(
        json!({"defaults": {"backgroundColor": "ffffffff", "borderColor": "7d8998ff"},
            "placeholderColor": "5f6b7aff"}),
        json!({"defaults": {"backgroundColor": "0f1b2aff", "borderColor": "5f6b7aff"},
            "placeholderColor": "8d99a8ff"}),
    );
    let link = |rest: &str, hover: &str| json!({"defaults": {"textColor": rest}, "hover": {"textColor": hover}});
    let option = |back: &str, selected: &str, mark: &str| {
        json!({"defaults": {"backgroundColor": back, "borderColor": "7d8998ff"},
            "selected": {"backgroundColor": selected, "foregroundColor": mark}})
    };
    let rounded = json!({"borderRadius": 8.0});
    json!({
        "buttons": rounded,
        "divider": color("borderColor", "ebebf0ff", "232b37ff"),
        "dropDown": with(drop_down, &rounded),
        "focusState": color("borderColor", "0972d3ff", "539fe5ff"),
        "idpButtons": {"icons": {"enabled": true}},
        "input": with(input, &rounded),
        "inputDescription": color("textColor", "5f6b7aff", "8d99a8ff"),
        "inputLabel": color("textColor", "000716ff", "d1d5dbff"),
        "link": modes(link("0972d3ff", "033160ff"), link("539fe5ff", "89bdeeff")),
        "optionControls": modes(
            option("ffffffff", "0972d3ff", "ffffffff"),
            option("0f1b2aff", "539fe5ff", "000716ff"),
        ),
        "statusIndicator": modes(
            indicators([("fff7f7ff", "d91515ff"), ("f2fcf3ff", "037f0cff"), ("fffce9ff", "8d6605ff")]),
            indicators([("1a0000ff", "eb6f6fff"), ("001a02ff", "29ad32ff"), ("1d1906ff", "e0ca57ff")]),
        ),
    })
}

/// Background and line of error, success and warning.
fn indicators(colors: [(&str, &str); 3]) -> Value {
    let [error, success, warning] = colors.map(|(back, line)| {
        json!({"backgroundColor": back, "borderColor": line, "indicatorColor": line})
    });
    json!({"error": error, "pending": {"indicatorColor": "AAAAAAAA"}, "success": success,
        "warning": warning})
}

fn components() -> Value {
    let alert = modes(
        json!({"error": {"backgroundColor": "fff7f7ff", "borderColor": "d91515ff"}}),
        json!({"error": {"backgroundColor": "1a0000ff", "borderColor": "eb6f6fff"}}),
    );
    let form = modes(
        json!({"backgroundColor": "ffffffff", "borderColor": "c6c6cdff"}),
        json!({"backgroundColor": "0f1b2aff", "borderColor": "424650ff"}),
    );
    let text = |body: &str, heading: &str| json!({"bodyColor": body, "descriptionColor": body, "headingColor": heading});
    json!({
        "alert": with(alert, &json!({"borderRadius": 12.0})),
        "favicon": {"enabledTypes": ["ICO", "SVG"]},
        "form": with(form, &json!({
            "backgroundImage": {"enabled": false},
            "borderRadius": 8.0,
            "logo": {"enabled": false, "formInclusion": "IN", "location": "CENTER", "position": "TOP"},
        })),
        "idpButton": {"custom": {}, "standard": outlined(["424650ff", "c6c6cdff"])},
        "pageBackground": with(
            color("color", "ffffffff", "0f1b2aff"),
            &json!({"image": {"enabled": true}}),
        ),
        "pageFooter": bar(),
        "pageHeader": bar(),
        "pageText": modes(text("414d5cff", "000716ff"), text("b6bec9ff", "d1d5dbff")),
        "phoneNumberSelector": {"displayType": "TEXT"},
        "primaryButton": modes(
            filled("0972d3ff", "033160ff", "033160ff", "ffffffff"),
            filled("539fe5ff", "89bdeeff", "539fe5ff", "000716ff"),
        ),
        "secondaryButton": outlined(["0972d3ff", "539fe5ff"]),
    })
}

/// The bar above or below a page.
fn bar() -> Value {
    let colors = modes(
        json!({"background": {"color": "fafafaff"}, "borderColor": "d5dbdbff"}),
        json!({"background": {"color": "0f141aff"}, "borderColor": "424650ff"}),
    );
    with(
        colors,
        &json!({"backgroundImage": {"enabled": false},
            "logo": {"enabled": false, "location": "START"}}),
    )
}

/// A button with a border; at rest, line and text have a color of their own in each mode.
fn outlined(rest: [&str; 2]) -> Value {
    let state = |back: &str, line: &str| json!({"backgroundColor": back, "borderColor": line, "textColor": line});
    let [light, dark] = rest;
    modes(
        json!({"active": state("d3e7f9ff", "033160ff"), "defaults": state("ffffffff", light),
            "hover": state("f2f8fdff", "033160ff")}),
        json!({"active": state("354150ff", "89bdeeff"), "defaults": state("0f1b2aff", dark),
            "hover": state("192534ff", "89bdeeff")}),
    )
}

/// A button filled with a color.
fn filled(rest: &str, hover: &str, active: &str, text: &str) -> Value {
    let state = |back: &str| json!({"backgroundColor": back, "textColor": text});
    json!({"active": state(active), "defaults": state(rest), "hover": state(hover),
        "disabled": {"backgroundColor": "ffffffff", "borderColor": "ffffffff"}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_known_structure_passes() {
        for settings in [
            json!({}),
            merged(None),
            json!({"components": {"form": {"borderRadius": 3}}}),
            json!({"components": {"form": {"lightMode": {"backgroundColor": "0A0b0c0D"}}}}),
            json!({"components": {"idpButton": {"custom": {"Okta": {"icon": {}}}}}}),
            json!({"components": {"newer": {"enabled": "yes"}}}),
        ] {
            assert_eq!(fault(&settings), None, "{settings}");
        }
        for (settings, expected) in [
            (json!([]), "must be an object"),
            (json!("{}"), "must be an object"),
            (json!({"colorScheme": "dark"}), "unknown member colorScheme"),
            (json!({"components": []}), "components must be an object"),
            (
                json!({"categories": {"form": {"displayGraphics": "yes"}}}),
                "categories.form.displayGraphics must be a boolean",
            ),
            (
                json!({"components": {"pageBackground": {"darkMode": {"color": "#0f1b2a"}}}}),
                "components.pageBackground.darkMode.color must be a color of eight hexadecimal digits",
            ),
            (
                json!({"components": {"favicon": {"enabledTypes": null}}}),
                "components.favicon.enabledTypes must be an array",
            ),
        ] {
            assert_eq!(fault(&settings).as_deref(), Some(expected), "{settings}");
        }
    }

    #[test]
    fn settings_lie_over_the_defaults_member_by_member() {
        let mine = json!({
            "categories": {"auth": {"federation": {"order": ["Okta"]}}},
            "components": {"form": {"borderRadius": 2}},
        });
        let whole = merged(Some(&mine));
        assert_eq!(
            whole["categories"]["auth"]["federation"],
            json!({"interfaceStyle": "BUTTON_LIST", "order": ["Okta"]})
        );
        assert_eq!(whole["components"]["form"]["borderRadius"], 2);
        assert_eq!(
            whole["components"]["form"]["darkMode"]["borderColor"],
            "424650ff"
        );
        assert_eq!(whole["componentClasses"], merged(None)["componentClasses"]);
    }
}
