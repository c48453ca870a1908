//! `ListUsers`: by username, or by the filtered attribute; every page starts at a key of an index.

use std::sync::Arc;

use uuid::Uuid;

use super::filter::{Field, Filter, Matching};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{ListUsersRequest, ListUsersResponse};
use crate::page;
use crate::store::Searchable;
use crate::store::user_pool::schema::Schema;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user::User;

/// Parts a position into value and key; no attribute that is searched by prefix need be free of it,
/// but a username is (its pattern has no control characters), so the last one parts them.
const PARTER: char = '\u{0}';

/// `ListUsers`. A filtered list is sorted by its attribute (documented); the whole list is sorted by
/// username (AWS promises no order).
///
/// # Errors
/// An unknown pool, a bad filter, an attribute that the pool lacks, a bad pagination token.
pub fn list_users(cx: &Context, req: ListUsersRequest) -> Result<ListUsersResponse, CognitoError> {
    let pool = cx.pool(&req.user_pool_id)?;
    // An empty list asks for nothing in particular (inferred).
    let wanted = req.attributes_to_get.filter(|names| !names.is_empty());
    if let Some(names) = &wanted {
        check_names(&pool.settings().schema, names)?;
    }
    let filter = Filter::parse(req.filter.as_deref().unwrap_or_default())?;
    let scope = match &filter {
        Some(filter) => format!("ListUsers {} {filter}", pool.id),
        None => format!("ListUsers {}", pool.id),
    };
    let after = page::position(cx, &scope, req.pagination_token.as_deref())?;
    let limit = page::limit(req.limit);
    let mut found = pool.read(|state| found(state, filter.as_ref(), after.as_deref(), limit + 1));
    let pagination_token = page::cut(cx, &scope, &mut found, limit, |found| {
        found.position.clone()
    });
    let users = found.iter().map(|found| match &wanted {
        None => found.user.view(),
        Some(names) => {
            let attributes = found
                .user
                .attributes_where(|name| names.iter().any(|own| own == name));
            found.user.view_of(attributes)
        }
    });
    Ok(ListUsersResponse {
        users: Some(users.collect()),
        pagination_token,
    })
}

fn check_names(schema: &Schema, names: &[String]) -> Result<(), CognitoError> {
    match names.iter().find(|name| schema.get(name).is_none()) {
        None => Ok(()),
        Some(name) => Refusal::AttributesNotInPool
            .refuse(format!("the pool's schema has no attribute {name:?}")),
    }
}

/// A user on a page, and where the list goes on behind it.
struct Found {
    user: Arc<User>,
    position: String,
}

/// The users of the list behind `after`, at most `count`.
fn found(
    state: &PoolState,
    filter: Option<&Filter>,
    after: Option<&str>,
    count: usize,
) -> Vec<Found> {
    let users = &state.users;
    let by_key = |user: &Arc<User>| Found {
        user: Arc::clone(user),
        position: users.key(&user.username).to_string(),
    };
    let Some(Filter {
        field,
        matching,
        value,
    }) = filter
    else {
        return users.after(after).take(count).map(by_key).collect();
    };
    match (field, matching) {
        (Field::Username, Matching::Whole) => {
            let named = users
                .named(value)
                .filter(|user| user.username.as_str() == value);
            named
                .into_iter()
                .filter(|_| after.is_none())
                .map(by_key)
                .collect()
        }
        (Field::Username, Matching::Beginning) => users
            .named_with_prefix(value, after)
            .take(count)
            .map(by_key)
            .collect(),
        (Field::Sub, Matching::Whole) => {
            let user = Uuid::try_parse(value)
                .ok()
                .and_then(|sub| users.with_sub(sub));
            user.into_iter()
                .filter(|_| after.is_none())
                .map(by_key)
                .collect()
        }
        (Field::Sub, Matching::Beginning) => {
            let after = after.and_then(|after| Uuid::try_parse(after).ok());
            let by_sub = |user: &Arc<User>| Found {
                user: Arc::clone(user),
                position: user.sub.to_string(),
            };
            let prefix = value.to_lowercase();
            users
                .with_sub_prefix(&prefix, after)
                .take(count)
                .map(by_sub)
                .collect()
        }
        (Field::Indexed(attribute), Matching::Whole) => users
            .with(*attribute, value, after)
            .take(count)
            .map(by_key)
            .collect(),
        (Field::Indexed(attribute), Matching::Beginning) => {
            with_prefix(state, *attribute, value, after, count)
        }
    }
}

fn with_prefix(
    state: &PoolState,
    attribute: Searchable,
    prefix: &str,
    after: Option<&str>,
    count: usize,
) -> Vec<Found> {
    let after = after.and_then(|after| after.rsplit_once(PARTER));
    let found = state
        .users
        .with_prefix(attribute, prefix, after)
        .take(count);
    let found = found.map(|(value, user)| Found {
        user: Arc::clone(user),
        position: format!("{value}{PARTER}{}", state.users.key(&user.username)),
    });
    found.collect()
}

#[cfg(test)]
#[path = "tests/list.rs"]
mod tests;
