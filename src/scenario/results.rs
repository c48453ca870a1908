//! What actions that are no operations give.

use crate::model::described::{Member, Shape, Type};

/// What an `http` step gives; `json` where the body is JSON.
pub(crate) static HTTP: Shape = Shape {
    name: "http",
    members: &[
        Member::own("status", Type::Integer),
        Member::own("headers", Type::Map(&Type::Text)),
        Member::own("cookies", Type::Map(&Type::Text)),
        Member::own("url", Type::Text),
        Member::own("text", Type::Text),
        Member::own("json", Type::Document),
    ],
};

/// A message, as `/_poolhouse/messages` shows it.
pub(crate) static MESSAGE: Shape = Shape {
    name: "message",
    members: &[
        Member::own("id", Type::Long),
        Member::own("sentAt", Type::Text),
        Member::own("userPoolId", Type::Text),
        Member::own("username", Type::Text),
        Member::own("kind", Type::Text),
        Member::own("medium", Type::Text),
        Member::own("destination", Type::Text),
        Member::own("subject", Type::Text),
        Member::own("body", Type::Text),
        Member::own("code", Type::Text),
        Member::own("link", Type::Text),
        Member::own("temporaryPassword", Type::Text),
        Member::own("deliveredBy", Type::Text),
        Member::own("delivery", Type::Document),
    ],
};

/// What a `clock` step gives.
pub(crate) static CLOCK: Shape = Shape {
    name: "clock",
    members: &[Member::own("now", Type::Text)],
};

/// What a refusal is.
pub(crate) static REFUSAL: Shape = Shape {
    name: "error",
    members: &[
        Member::own("type", Type::Text),
        Member::own("message", Type::Text),
        Member::own("status", Type::Integer),
        Member::own("reason", Type::Text),
    ],
};
