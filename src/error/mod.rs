//! Why a request is refused, and AWS's code and words for it.
//!
//! An operation says *what* was refused by a [`Refusal`] and *why, and what would pass* by the
//! reason it adds; the one table in `error/table/` turns a refusal into AWS's exception type and sentence.
//! Each sentence AWS can say stands there once. The wire (`http/aws_json.rs`) adds status and headers:
//! every exception is 400, but for the two internal ones (observed, against the newer model's 404
//! annotations).
//!
//! Texts are observed or widely reported unless the row says *inferred*.

pub use self::table::Refusal;

use std::borrow::Cow;

/// A refused request: AWS's answer, and the reason that only Poolhouse tells.
#[derive(Debug, Clone, PartialEq)]
pub struct CognitoError {
    /// What AWS answers.
    pub refusal: Refusal,
    reason: Cow<'static, str>,
    sought: Option<Box<Sought>>,
}

/// What there is not, where AWS's answer does not name it: so that whoever explains the refusal can look for
/// what was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// A user of a pool.
    User {
        /// The id of the pool.
        pool: String,
        /// The name that nobody has.
        name: String,
    },
    /// A group of a pool.
    Group {
        /// The id of the pool.
        pool: String,
        /// The name that no group has.
        name: String,
    },
}

impl CognitoError {
    /// Which check failed and what would pass: the `x-poolhouse-reason` header and the log line.
    /// Never holds a password, token, secret or code.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What was looked for in vain.
    pub fn sought(&self) -> Option<&Sought> {
        self.sought.as_deref()
    }

    /// The same, where `sought` was looked for in vain.
    #[must_use]
    pub fn seeking(mut self, sought: Sought) -> Self {
        self.sought = Some(Box::new(sought));
        self
    }

    /// The same, with more to its reason. No password, token, secret or code may be in it.
    #[must_use]
    pub fn adding(mut self, more: &str) -> Self {
        self.reason = format!("{}; {more}", self.reason).into();
        self
    }

    /// The exception type, as `__type` carries it.
    pub fn code(&self) -> &'static str {
        self.refusal.code()
    }

    /// AWS's sentence.
    pub fn message(&self) -> Cow<'static, str> {
        self.refusal.message()
    }
}

impl std::fmt::Display for CognitoError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} ({})", self.code(), self.message(), self.reason)
    }
}

impl std::error::Error for CognitoError {}

/// One table: exception type → refusals → sentence. Fields of a refusal are texts that its
/// sentence names.
macro_rules! refusals {
    ({ $( $code:ident { $( $(#[$doc:meta])* $name:ident $( ( $($field:ident),+ ) )? => $text:literal; )+ } )+ }) => {
        /// What AWS refuses; see the module for how a row reads.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "a refusal's sentence in the table is its documentation")]
        pub enum Refusal {
            $( $( $(#[$doc])* $name $( { $($field: String),+ } )?, )+ )+
        }

        impl Refusal {
            /// The exception type, as `__type` carries it.
            pub fn code(&self) -> &'static str {
                match self {
                    $( $( Self::$name $( { $($field: _),+ } )? )|+ => stringify!($code), )+
                }
            }

            /// AWS's sentence.
            pub fn message(&self) -> Cow<'static, str> {
                match self {
                    $( $( Self::$name $( { $($field),+ } )? => refusals!(@text $text $( $($field),+ )?), )+ )+
                }
            }

            /// Every exception type the table can answer with.
            pub const CODES: &'static [&'static str] = &[ $( stringify!($code) ),+ ];
        }
    };
    (@text $text:literal) => { Cow::Borrowed($text) };
    (@text $text:literal $($field:ident),+) => { Cow::Owned(format!($text, $($field = $field),+)) };
}

impl Refusal {
    /// The refusal together with its reason: which check failed, and what would pass.
    pub fn because(self, reason: impl Into<Cow<'static, str>>) -> CognitoError {
        CognitoError {
            refusal: self,
            reason: reason.into(),
            sought: None,
        }
    }

    /// The refusal as a refused result; reads well in a guard.
    ///
    /// # Errors
    /// Always: that is its purpose.
    pub fn refuse<T>(self, reason: impl Into<Cow<'static, str>>) -> Result<T, CognitoError> {
        Err(self.because(reason))
    }
}

pub(crate) mod table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_code_sentence_and_reason() {
        let error = Refusal::ClientUnknown { id: "abc".into() }.because("no client has this id");
        assert_eq!(error.code(), "ResourceNotFoundException");
        assert_eq!(error.message(), "User pool client abc does not exist.");
        assert_eq!(error.reason(), "no client has this id");
        assert_eq!(
            error.adding("and more").reason(),
            "no client has this id; and more"
        );
    }
}
