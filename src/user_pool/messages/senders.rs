//! Senders of a pool's messages: e-mail and SMS configurations, checked.

use crate::error::{CognitoError, Refusal};
use crate::model::arns;
use crate::model::cognito_idp::{
    EmailConfigurationType, EmailSendingAccountType, SmsConfigurationType,
};
use crate::user_pool::users::attributes::is_email;

/// Regions whose SES a pool of any Region may send through.
const SES_REGIONS: [&str; 3] = ["eu-west-1", "us-east-1", "us-west-2"];

/// The Region whose SNS a pool sends through (documented: Seoul uses Tokyo's).
pub(crate) fn sns_region(pool_region: &str) -> &str {
    if pool_region == "ap-northeast-2" {
        "ap-northeast-1"
    } else {
        pool_region
    }
}

/// That the pool's own Region passes too is documented ("Email settings", table of Regions).
pub(crate) fn ses_region(arn: &str, region: &str) -> Result<(), CognitoError> {
    if SES_REGIONS.contains(&arns::region(arn)) || arns::region(arn) == region {
        return Ok(());
    }
    Refusal::SourceArnRegion.refuse(format!(
        "the SES identity is in Region {:?}",
        arns::region(arn)
    ))
}

pub(crate) fn email(given: &EmailConfigurationType, region: &str) -> Result<(), CognitoError> {
    let source = given.source_arn.as_deref();
    let is_own = given.email_sending_account == Some(EmailSendingAccountType::Developer);
    match source {
        None if is_own => {
            return Refusal::DeveloperEmailNeedsSource
                .refuse("EmailSendingAccount DEVELOPER needs SourceArn, an SES identity");
        }
        // The default sender may have an identity too: it sets the FROM address (documented).
        Some(arn) => ses_region(arn, region)?,
        None => {}
    }
    let from = given.from.as_deref().map(address_of);
    if from.is_some_and(|from| !is_email(from)) {
        return Refusal::FromInvalid
            .refuse("From is name@domain, or a display name and <name@domain>");
    }
    Ok(())
}

/// The address in `Display Name <address>`.
fn address_of(from: &str) -> &str {
    let inner = from
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'));
    inner.map_or(from, |(_, address)| address)
}

/// A sender of text messages.
pub(crate) fn sms(
    given: &SmsConfigurationType,
    region: &str,
    account: &str,
) -> Result<(), CognitoError> {
    let caller = given
        .sns_caller_arn
        .as_deref()
        .filter(|arn| !arn.is_empty());
    // Documented rule (one of the two, not both), inferred sentence.
    if caller.is_some() == given.eums_sms.is_some() {
        return Refusal::SmsSender.refuse("give SnsCallerArn, or EumsSms, and not both");
    }
    let allowed = sns_region(region);
    if given
        .sns_region
        .as_deref()
        .is_some_and(|given| given != allowed)
    {
        return Refusal::SnsRegion {
            region: allowed.to_owned(),
        }
        .refuse(format!("a pool in {region} sends through SNS of {allowed}"));
    }
    let eums = given.eums_sms.as_ref();
    // Documented in the model: the pool's own Region or none.
    if let Some(given) = eums.and_then(|eums| eums.region.as_deref())
        && given != region
    {
        return Refusal::EumsRegion {
            region: region.to_owned(),
        }
        .refuse(format!(
            "the pool is in {region}, EumsSms.Region is {given}"
        ));
    }
    let owner = caller
        .map(arns::account)
        .or(eums.map(|eums| arns::account(&eums.caller_arn)));
    if owner.is_some_and(|owner| owner != account) {
        return Refusal::CrossAccountRole.refuse(format!(
            "the role belongs to another account than the pool's, {account}"
        ));
    }
    Ok(())
}
