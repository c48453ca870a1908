//! `ListUsers`: by username, or by the filtered attribute; every page starts at a key of an index.

use std::sync::Arc;

use uuid::Uuid;

use super::filter::{Field, Filter, Matching};
use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{ListUsersRequest, ListUsersResponse};
use crate::page;
use crate::store::user_pool::schema::Schema;
use crate::store::user_pool::user::User;
use crate::store::{Searchable, Users};

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
    let mut found =
        pool.read(|state| found(&state.users, filter.as_ref(), after.as_deref(), limit + 1));
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
fn found(users: &Users, filter: Option<&Filter>, after: Option<&str>, count: usize) -> Vec<Found> {
    let Some(Filter {
        field,
        matching,
        value,
    }) = filter
    else {
        return by_key(users, users.after(after), count);
    };
    // A name or sub is one user's, who stands on the first page.
    let is_first = after.is_none();
    match (field, matching) {
        (Field::Username, Matching::Whole) => {
            let named = users.named(value).filter(|_| is_first);
            let named = named.filter(|user| user.username.as_str() == value);
            by_key(users, named, count)
        }
        (Field::Username, Matching::Beginning) => {
            by_key(users, users.named_with_prefix(value, after), count)
        }
        (Field::Sub, Matching::Whole) => {
            let sub = Uuid::try_parse(value).ok().filter(|_| is_first);
            by_key(users, sub.and_then(|sub| users.with_sub(sub)), count)
        }
        (Field::Sub, Matching::Beginning) => with_sub_prefix(users, value, after, count),
        (Field::Indexed(attribute), Matching::Whole) => {
            by_key(users, users.with(*attribute, value, after), count)
        }
        (Field::Indexed(attribute), Matching::Beginning) => {
            with_prefix(users, *attribute, value, after, count)
        }
    }
}

/// The first of `listed`, which goes on behind a user's key.
fn by_key<'u>(
    users: &Users,
    listed: impl IntoIterator<Item = &'u Arc<User>>,
    count: usize,
) -> Vec<Found> {
    let found = listed.into_iter().take(count).map(|user| Found {
        user: Arc::clone(user),
        position: users.key(&user.username).to_string(),
    });
    found.collect()
}

/// Listed by sub, so the list goes on behind a sub.
fn with_sub_prefix(users: &Users, prefix: &str, after: Option<&str>, count: usize) -> Vec<Found> {
    let after = after.and_then(|after| Uuid::try_parse(after).ok());
    let prefix = prefix.to_lowercase();
    let found = users.with_sub_prefix(&prefix, after).take(count);
    let found = found.map(|user| Found {
        user: Arc::clone(user),
        position: user.sub.to_string(),
    });
    found.collect()
}

/// Listed by value, so the list goes on behind a value and a key.
fn with_prefix(
    users: &Users,
    attribute: Searchable,
    prefix: &str,
    after: Option<&str>,
    count: usize,
) -> Vec<Found> {
    let after = after.and_then(|after| after.rsplit_once(PARTER));
    let found = users.with_prefix(attribute, prefix, after).take(count);
    let found = found.map(|(value, user)| Found {
        user: Arc::clone(user),
        position: format!("{value}{PARTER}{}", users.key(&user.username)),
    });
    found.collect()
}

#[cfg(test)]
#[path = "tests/list.rs"]
mod tests;
