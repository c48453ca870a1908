//! The request rates that an account provisions: GetProvisionedLimit, UpdateProvisionedLimit.
//!
//! "Managing provisioned limits", developer guide:
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#provisioned-quotas>. A
//! limit belongs to an account and a Region, and a change takes effect at once. Between the default
//! and the account-level maximum of Service Quotas everything can be provisioned; above it,
//! ServiceQuotaExceededException. A new account's maximum is the default, so nothing can be raised
//! until more was granted: Service Quotas is not served here, `/_poolhouse/quotas` stands in for it.
//!
//! Inferred: the types of the other refusals, and all texts. The guide also speaks of "a lower
//! value" than the default; the two rules about the range refuse one.

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::AccountRegion;
use crate::model::cognito_idp::{
    GetProvisionedLimitRequest, GetProvisionedLimitResponse, LimitDefinitionType, LimitType,
    UpdateProvisionedLimitRequest, UpdateProvisionedLimitResponse,
};
use crate::quotas::{Category, Rate};

/// The attribute that names a limit of the one class there is.
const CATEGORY: &str = "Category";

/// `GetProvisionedLimit`.
///
/// # Errors
/// A definition that names no limit, or one that cannot be provisioned.
pub fn get_provisioned_limit(
    cx: &Context,
    req: GetProvisionedLimitRequest,
) -> Result<GetProvisionedLimitResponse, CognitoError> {
    let category = category(&req.limit_definition)?;
    let rate = cx.quotas.rate(&cx.caller.account_region(), category);
    Ok(GetProvisionedLimitResponse {
        limit: view(req.limit_definition, category, rate),
    })
}

/// `UpdateProvisionedLimit`.
///
/// # Errors
/// A definition that names no limit or one that cannot be provisioned; a value below the default or
/// above what the account may have; a category that managed login holds in place.
pub fn update_provisioned_limit(
    cx: &Context,
    req: UpdateProvisionedLimitRequest,
) -> Result<UpdateProvisionedLimitResponse, CognitoError> {
    let category = category(&req.limit_definition)?;
    let place = cx.caller.account_region();
    check_managed_login(cx, &place, category)?;
    let default = category.default_rate();
    let requested = u32::try_from(req.requested_limit_value)
        .ok()
        .filter(|value| *value >= default);
    let Some(provisioned) = requested else {
        return Refusal::LimitBelowDefault {
            value: req.requested_limit_value.to_string(),
            default: default.to_string(),
        }
        .refuse(format!("{} has {default} by default", category.name()));
    };
    let rate = cx.quotas.change_rate(&place, category, |rate| {
        if provisioned > rate.maximum {
            return Refusal::AboveAccountMaximum {
                maximum: rate.maximum.to_string(),
            }
            .refuse(format!(
                "the account-level maximum of {} is {} in {}; on AWS, Service Quotas raises it, here \
                 PUT /_poolhouse/quotas {{\"category\":\"{0}\",\"max\":{provisioned}}}",
                category.name(),
                rate.maximum,
                place.region
            ));
        }
        Ok(Rate {
            provisioned,
            ..rate
        })
    })?;
    Ok(UpdateProvisionedLimitResponse {
        limit: view(req.limit_definition, category, rate),
    })
}

fn category(definition: &LimitDefinitionType) -> Result<Category, CognitoError> {
    let Some(name) = definition.attributes.get(CATEGORY) else {
        return Refusal::LimitAttributes.refuse(
            "Attributes of an API_CATEGORY limit has the key Category, such as UserAuthentication",
        );
    };
    let known = Category::named(name);
    let adjustable = || {
        let adjustable = Category::ALL.iter().filter(|one| one.is_adjustable());
        adjustable
            .map(|one| one.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let category = known.ok_or_else(|| {
        Refusal::LimitUnknown.because(format!(
            "there is no such category; those that can be provisioned are {}",
            adjustable()
        ))
    })?;
    // Documented: only adjustable categories support provisioning.
    if !category.is_adjustable() {
        return Refusal::LimitNotAdjustable {
            category: name.clone(),
        }
        .refuse(format!(
            "those that can be provisioned are {}",
            adjustable()
        ));
    }
    Ok(category)
}

/// Documented: an account that uses managed login cannot provision the categories that its pages
/// count towards. That any domain is such a use, whatever its branding, is inferred.
fn check_managed_login(
    cx: &Context,
    place: &AccountRegion,
    category: Category,
) -> Result<(), CognitoError> {
    let is_held = matches!(
        category,
        Category::UserAuthentication | Category::UserFederation
    );
    if !is_held {
        return Ok(());
    }
    let pools = cx.store.pools_after(place, None, usize::MAX);
    let with_domain = pools
        .iter()
        .find(|pool| pool.read(|state| state.domains.main().is_some()));
    match with_domain {
        Some(pool) => Refusal::LimitHeldByManagedLogin {
            category: category.name().to_owned(),
        }
        .refuse(format!("{} has a domain, and so managed login", pool.id)),
        None => Ok(()),
    }
}

fn view(definition: LimitDefinitionType, category: Category, rate: Rate) -> LimitType {
    let value = |rate: u32| i32::try_from(rate).unwrap_or(i32::MAX);
    let name = |(key, value): (String, String)| (key == CATEGORY).then_some((key, value));
    LimitType {
        limit_definition: LimitDefinitionType {
            limit_class: definition.limit_class,
            attributes: definition.attributes.into_iter().filter_map(name).collect(),
        },
        provisioned_limit_value: value(rate.provisioned),
        free_limit_value: value(category.default_rate()),
    }
}

#[cfg(test)]
#[path = "tests/provisioned_limits.rs"]
mod tests;
