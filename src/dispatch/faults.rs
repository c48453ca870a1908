//! What a test's rules of faults have for a call: asked for each, before its operation looks at it.
//!
//! Whom a call is about is read as quotas read it, with the members that its operation declares. Its form
//! is not checked yet: a service that fails does so whatever it is asked.

use super::call::{Call, Operation};
use super::members::Members;
use crate::context::Context;
use crate::control::faults::{Asked, Struck};
use crate::user_pool::users;

/// How the request of a call came, besides what its [`Context`] knows.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// Its path.
    pub path: &'a str,
    /// What the client calls it.
    pub label: Option<&'a str>,
}

/// What befalls a call, if a rule applies to it.
pub fn strike(cx: &Context, call: &Call, way: Way<'_>) -> Option<Struck> {
    if cx.faults.is_empty() {
        return None;
    }
    let operation = match call.operation {
        Operation::UserPool(operation) => Some(operation),
        Operation::IdentityPool(_) => None,
    };
    let members = Members::of_call(call);
    let about = members.addressee(cx);
    let is_user = |name: &str| {
        if members.username() == Some(name) || about.user.as_deref() == Some(name) {
            return true;
        }
        let meant = about
            .pool
            .as_ref()
            .and_then(|pool| pool.read(|state| Some(users::meant(state, name)?.sub.to_string())));
        meant.is_some() && meant == about.user
    };
    let pool = about.pool.as_ref();
    let asked = Asked {
        is_call: true,
        operation,
        path: way.path,
        account: pool.map_or(&*cx.caller.account, |pool| &*pool.account),
        // One that there is none of is named all the same.
        user_pool: pool
            .map(|pool| pool.id.as_str())
            .or_else(|| members.text("UserPoolId")),
        client: about.client.as_deref(),
        is_user: &is_user,
        address: cx.caller.address,
        label: way.label,
    };
    cx.faults.strike(&asked, &cx.entropy)
}
