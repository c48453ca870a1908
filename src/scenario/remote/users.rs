//! Users of a fixture, as an administrator's operations make them.

use serde_json::{Value, json};

use super::provision::{Members, input, items};
use crate::model::cognito_idp::Operation;

/// A user who is made.
#[derive(Debug)]
pub(super) struct UserPlan {
    pub(super) name: String,
    pub(super) create: Members,
    pub(super) then: Vec<(Operation, Members)>,
}

/// What makes a user.
///
/// # Errors
/// What the user has that no operation gives.
pub(super) fn user(mut entry: Members) -> Result<UserPlan, String> {
    entry.retain(|_, value| !value.is_null());
    for name in ["SoftwareToken", "Devices", "LinkedIdentities", "Count"] {
        if entry.contains_key(name) {
            return Err(format!("{name}, which no operation gives a user"));
        }
    }
    let text = |value: Option<Value>| value.and_then(|it| it.as_str().map(str::to_owned));
    let name = text(entry.get("Username").cloned()).unwrap_or_default();
    let password = entry.remove("Password");
    let status = text(entry.remove("UserStatus"));
    let is_enabled = entry.remove("Enabled") != Some(json!(false));
    let groups = items(&mut entry, "Groups");
    for left_out in [
        "Sub",
        "UserCreateDate",
        "UserLastModifiedDate",
        "MFAOptions",
    ] {
        entry.remove(left_out);
    }
    let preference = preference(&mut entry)?;
    if let Some(attributes) = entry
        .remove("UserAttributes")
        .or(entry.remove("Attributes"))
    {
        entry.insert("UserAttributes".to_owned(), attributes_of(attributes));
    }
    let step = |operation: Operation, more: Value| {
        let mut members = Members::from_iter([("Username".to_owned(), name.clone().into())]);
        if let Value::Object(more) = more {
            members.extend(more);
        }
        (operation, members)
    };
    let mut then = Vec::new();
    let permanent = |password: &Value| {
        let input = json!({"Password": password, "Permanent": true});
        step(Operation::AdminSetUserPassword, input)
    };
    match (status.as_deref(), &password) {
        (None | Some("CONFIRMED"), Some(password)) => then.push(permanent(password)),
        (None | Some("FORCE_CHANGE_PASSWORD"), None) => {}
        (Some("FORCE_CHANGE_PASSWORD"), Some(password)) => {
            entry.insert("TemporaryPassword".to_owned(), password.clone());
        }
        (Some("RESET_REQUIRED"), Some(password)) => {
            then.push(permanent(password));
            then.push(step(Operation::AdminResetUserPassword, json!({})));
        }
        (status, _) => {
            let status = status.unwrap_or_default();
            return Err(format!(
                "UserStatus {status}, which no operation gives a user so"
            ));
        }
    }
    for group in groups {
        let input = json!({ "GroupName": group });
        then.push(step(Operation::AdminAddUserToGroup, input));
    }
    if let Some(preference) = preference {
        then.push(step(Operation::AdminSetUserMFAPreference, preference));
    }
    if !is_enabled {
        then.push(step(Operation::AdminDisableUser, json!({})));
    }
    // Nobody is to get a message from a test that has not begun.
    entry.insert("MessageAction".to_owned(), "SUPPRESS".into());
    entry.remove("DesiredDeliveryMediums");
    let create = input(entry, Operation::AdminCreateUser, &[])?;
    Ok(UserPlan { name, create, then })
}

/// AdminSetUserMFAPreference's members. An authenticator app, which nobody can be given, is none.
fn preference(entry: &mut Members) -> Result<Option<Value>, String> {
    let mut found = Members::new();
    let settings = [
        ("SMS_MFA", "SMSMfaSettings"),
        ("EMAIL_OTP", "EmailMfaSettings"),
    ];
    for (_, member) in settings {
        if let Some(value) = entry.remove(member) {
            found.insert(member.to_owned(), value);
        }
    }
    if let Some(preferred) = entry.remove("MfaPreference") {
        let setting = settings.iter().find(|(factor, _)| preferred == *factor);
        let (_, member) = setting.ok_or_else(|| format!("MfaPreference {preferred}"))?;
        let on = json!({"Enabled": true, "PreferredMfa": true});
        found.insert((*member).to_owned(), on);
    }
    Ok((!found.is_empty()).then_some(Value::Object(found)))
}

/// AWS's list, without the sub, which AWS gives itself.
fn attributes_of(value: Value) -> Value {
    let pairs: Vec<(String, Value)> = match value {
        Value::Object(members) => members.into_iter().collect(),
        Value::Array(items) => {
            let items = items.into_iter();
            items
                .filter_map(|item| {
                    let name = item.get("Name")?.as_str()?.to_owned();
                    Some((name, item.get("Value").cloned().unwrap_or_default()))
                })
                .collect()
        }
        _ => Vec::new(),
    };
    let listed = pairs.into_iter().filter(|(name, _)| name != "sub");
    let listed = listed.map(|(name, value)| {
        let value = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        json!({"Name": name, "Value": value})
    });
    Value::Array(listed.collect())
}
