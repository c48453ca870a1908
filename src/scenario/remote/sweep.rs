//! Deletes the pools of replays that did not get to it.

use serde_json::{Map, Value, json};

use super::aws::Aws;
use super::operate::{Operator, Trouble};
use super::provision::TAG;
use super::{Endpoint, NotReached};
use crate::model::cognito_idp::Operation;

/// Deletes every pool that has the tag of a replay, and says what it has done.
pub(super) async fn sweep(endpoint: &Endpoint, aws: &Aws) -> Result<Vec<String>, NotReached> {
    let not_reached = |trouble: Trouble| match trouble {
        Trouble::Unreachable(text) => NotReached::Unreachable(text),
        refused => NotReached::Refused(refused.to_string()),
    };
    let operator = aws.operator(endpoint, false);
    let mut done = Vec::new();
    for (pool, run) in all(&operator).await.map_err(not_reached)? {
        operator.delete_pool(&pool).await.map_err(not_reached)?;
        done.push(format!("user pool {pool} of run {run} is deleted"));
    }
    if done.is_empty() {
        done.push(format!("no user pool has the tag {TAG}"));
    }
    Ok(done)
}

/// The pools of this replay that are there, known or not.
pub(super) async fn of_run(endpoint: &Endpoint, aws: &Aws) -> Result<Vec<String>, Trouble> {
    let all = all(&aws.operator(endpoint, true)).await?;
    let own = all.into_iter().filter(|(_, run)| *run == endpoint.run);
    Ok(own.map(|(pool, _)| pool).collect())
}

/// The pools of all replays, each with its run.
async fn all(operator: &Operator<'_>) -> Result<Vec<(String, String)>, Trouble> {
    let mut tagged = Vec::new();
    for pool in listed(operator).await? {
        let input = Map::from_iter([("UserPoolId".to_owned(), Value::from(pool.as_str()))]);
        let shown = match operator.call(Operation::DescribeUserPool, &input).await {
            Err(trouble) if trouble.is("ResourceNotFoundException") => continue,
            shown => shown?,
        };
        let tags = shown.pointer("/UserPool/UserPoolTags");
        if let Some(run) = tags.and_then(|tags| tags.get(TAG)?.as_str()) {
            tagged.push((pool, run.to_owned()));
        }
    }
    Ok(tagged)
}

async fn listed(operator: &Operator<'_>) -> Result<Vec<String>, Trouble> {
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
