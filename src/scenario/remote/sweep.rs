//! Deletes the pools of replays that did not get to it.

use serde_json::{Map, Value, json};

use super::aws::Aws;
use super::operate::Trouble;
use super::provision::TAG;
use super::{Endpoint, NotReached};
use crate::model::cognito_idp::Operation;

/// Deletes every pool that has the tag of a replay, and says what it has done.
pub(super) async fn sweep(endpoint: &Endpoint, aws: &Aws) -> Result<Vec<String>, NotReached> {
    let operator = aws.operator(endpoint, false);
    let not_reached = |trouble: Trouble| match trouble {
        Trouble::Unreachable(text) => NotReached::Unreachable(text),
        refused => NotReached::Refused(refused.to_string()),
    };
    let mut done = Vec::new();
    for pool in all(endpoint, aws).await.map_err(not_reached)? {
        let input = Map::from_iter([("UserPoolId".to_owned(), Value::from(pool.as_str()))]);
        let shown = match operator.call(Operation::DescribeUserPool, &input).await {
            Err(trouble) if trouble.is("ResourceNotFoundException") => continue,
            shown => shown.map_err(not_reached)?,
        };
        let tags = shown.pointer("/UserPool/UserPoolTags");
        let Some(run) = tags.and_then(|tags| tags.get(TAG)?.as_str()) else {
            continue;
        };
        operator.delete_pool(&pool).await.map_err(not_reached)?;
        done.push(format!("user pool {pool} of run {run} is deleted"));
    }
    if done.is_empty() {
        done.push(format!("no user pool has the tag {TAG}"));
    }
    Ok(done)
}

async fn all(endpoint: &Endpoint, aws: &Aws) -> Result<Vec<String>, Trouble> {
    let operator = aws.operator(endpoint, false);
    let mut pools = Vec::new();
    let mut input = Map::from_iter([("MaxResults".to_owned(), json!(60))]);
    loop {
        let page = operator.call(Operation::ListUserPools, &input).await?;
        let listed = page.get("UserPools").and_then(Value::as_array);
        let ids = listed
            .into_iter()
            .flatten()
            .filter_map(|pool| pool.get("Id")?.as_str().map(str::to_owned));
        pools.extend(ids);
        match page.get("NextToken") {
            Some(Value::String(token)) => {
                input.insert("NextToken".to_owned(), token.as_str().into());
            }
            _ => return Ok(pools),
        }
    }
}
