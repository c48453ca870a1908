//! Tags of user pools, the only thing of Cognito that has tags here: TagResource, UntagResource,
//! ListTagsForResource.
//!
//! The rules are documented, the sentences of their refusals inferred: as UserPoolTaggingException
//! where a pool is made or updated, as InvalidParameterException here, where the model declares no
//! other. That tagging leaves a pool's LastModifiedDate alone is inferred.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, TagResourceRequest,
    TagResourceResponse, UntagResourceRequest, UntagResourceResponse,
};
use crate::model::{PoolId, arns};
use crate::store::user_pool::UserPool;
use crate::user_pool::regional;

/// Documented: 50 tags a pool.
const MAX_TAGS: usize = 50;

/// Checks the tags that a pool would have; `refusal` gives the sentence its type.
pub(super) fn check(
    tags: &BTreeMap<String, String>,
    refusal: fn(String) -> Refusal,
) -> Result<(), CognitoError> {
    if tags.len() > MAX_TAGS {
        return refusal(format!("Tag limit of {MAX_TAGS} exceeded"))
            .refuse(format!("the pool would have {} tags", tags.len()));
    }
    let is_tag_text = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c))
    };
    for (key, value) in tags {
        let start = key.get(..4);
        if start.is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return refusal("aws: prefixed tag key names are not allowed".into())
                .refuse("tags that start with aws: are AWS's own");
        }
        if !is_tag_text(key) || !is_tag_text(value) {
            return refusal(format!("Invalid tag: {key}"))
                .refuse("tags take letters, digits, spaces and _ . : / = + - @");
        }
    }
    Ok(())
}

/// The pool that an ARN names. A pool of another account, Region or partition is as unknown as none.
fn pool_of(cx: &Context, arn: &str) -> Result<Arc<UserPool>, CognitoError> {
    let Some(id) = arns::user_pool(arn) else {
        return Refusal::NotTaggable {
            arn: arn.to_owned(),
        }
        .refuse("give the ARN of a user pool, arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID");
    };
    let pool = cx.pool(&PoolId::from(id))?;
    let region = regional::region(cx, &pool);
    let own = pool.arn_in(region);
    if own == arn {
        return Ok(pool);
    }
    Refusal::UserPoolUnknown { id: id.to_owned() }.refuse(format!("the ARN of {id} is {own}"))
}

/// `TagResource`. Adds to the tags that are there, and replaces the values of those it names.
///
/// # Errors
/// An unknown pool, a tag that AWS refuses, more tags than a pool may have.
pub fn tag_resource(
    cx: &Context,
    req: TagResourceRequest,
) -> Result<TagResourceResponse, CognitoError> {
    let pool = pool_of(cx, &req.resource_arn)?;
    regional::change_settings(cx, &pool, |mut settings, _| {
        settings.tags.extend(req.tags);
        check(&settings.tags, |text| Refusal::TagRefused { text })?;
        Ok((settings, TagResourceResponse {}))
    })
}

/// `UntagResource`. A key that the pool does not have is no fault (inferred).
///
/// # Errors
/// An unknown pool.
pub fn untag_resource(
    cx: &Context,
    req: UntagResourceRequest,
) -> Result<UntagResourceResponse, CognitoError> {
    let pool = pool_of(cx, &req.resource_arn)?;
    regional::change_settings(cx, &pool, |mut settings, _| {
        settings.tags.retain(|key, _| !req.tag_keys.contains(key));
        Ok((settings, UntagResourceResponse {}))
    })
}

/// `ListTagsForResource`.
///
/// # Errors
/// An unknown pool.
pub fn list_tags_for_resource(
    cx: &Context,
    req: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, CognitoError> {
    let pool = pool_of(cx, &req.resource_arn)?;
    Ok(ListTagsForResourceResponse {
        tags: Some(regional::settings(cx, &pool).tags.clone()),
    })
}

#[cfg(test)]
#[path = "tests/tags.rs"]
mod tests;
