//! What gates may read of a request: the members that its operation's input shape declares, once the
//! request is known to fit that shape. AWS ignores every other member, so none may decide anything.

use std::cell::OnceCell;

use serde_json::Value;

use super::addressee::Addressee;
use super::call::{Call, Operation};
use crate::context::Context;
use crate::model::Decode;
use crate::model::described::Shape;

/// The members of a request that was decoded. Not `Debug`: they may hold a password.
pub(super) struct Members<'c> {
    body: &'c Value,
    declared: Declared,
    /// Looked up when it is first asked for: most calls need it nowhere.
    addressee: OnceCell<Addressee>,
}

/// The members that an operation declares.
enum Declared {
    Names(&'static [&'static str]),
    Shape(&'static Shape),
}

impl<'c> Members<'c> {
    /// Those of `body` that the shape `T` declares.
    pub(super) fn of<T: Decode>(body: &'c Value) -> Self {
        Self {
            body,
            declared: Declared::Names(T::MEMBERS),
            addressee: OnceCell::new(),
        }
    }

    /// Those of a call that its operation declares, when nobody has looked at it yet. Identity pools have
    /// nothing that is asked for here.
    pub(super) fn of_call(call: &'c Call) -> Self {
        let shape = match call.operation {
            Operation::UserPool(operation) => operation.input(),
            Operation::IdentityPool(_) => &Shape::EMPTY,
        };
        Self {
            body: call.body(),
            declared: Declared::Shape(shape),
            addressee: OnceCell::new(),
        }
    }

    /// A member of text.
    pub(super) fn text(&self, name: &str) -> Option<&'c str> {
        self.member(name)?.as_str()
    }

    /// A text in a map of texts.
    pub(super) fn text_in(&self, map: &str, key: &str) -> Option<&'c str> {
        self.member(map)?.get(key)?.as_str()
    }

    /// Whether the operation has a member of this name, given or not.
    pub(super) fn may_have(&self, name: &str) -> bool {
        match self.declared {
            Declared::Names(names) => names.contains(&name),
            Declared::Shape(shape) => shape.member(name).is_some(),
        }
    }

    /// The name of the user, as it was given.
    pub(super) fn username(&self) -> Option<&'c str> {
        self.text("Username")
            .or_else(|| self.text_in("AuthParameters", "USERNAME"))
            .or_else(|| self.text_in("ChallengeResponses", "USERNAME"))
    }

    /// Whom the request is about.
    pub(super) fn addressee(&self, cx: &Context) -> &Addressee {
        self.addressee.get_or_init(|| Addressee::of(cx, self))
    }

    fn member(&self, name: &str) -> Option<&'c Value> {
        self.may_have(name).then(|| self.body.get(name))?
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::cognito_idp::{InitiateAuthRequest, UpdateUserPoolRequest};

    #[test]
    fn a_member_that_the_operation_does_not_have_is_not_read() {
        let body = json!({
            "UserPoolId": "us-east-1_A",
            "ClientId": "client",
            "AccessToken": "token",
            "AuthParameters": {"USERNAME": "ann"},
        });
        let update = Members::of::<UpdateUserPoolRequest>(&body);
        assert_eq!(update.text("UserPoolId"), Some("us-east-1_A"));
        assert_eq!(update.text("AccessToken"), None);
        assert_eq!(update.text("ClientId"), None);
        assert_eq!(update.text_in("AuthParameters", "USERNAME"), None);
        let begin = Members::of::<InitiateAuthRequest>(&body);
        assert_eq!(begin.text("UserPoolId"), None);
        assert_eq!(begin.text("ClientId"), Some("client"));
        assert_eq!(begin.text_in("AuthParameters", "USERNAME"), Some("ann"));
        assert_eq!(begin.text("Session"), None);
        assert!(begin.may_have("Session"));
    }
}
