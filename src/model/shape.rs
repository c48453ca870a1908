//! The three macros of the generated tables.
//!
//! They stay thin on purpose: one call of a shared function per member, because some twelve hundred
//! members go through them at every build.

/// A structure: `input` shapes can be read, `output` shapes written, `both` both.
///
/// Every member is read before the structure is built, so that one pass gathers every violation.
macro_rules! shape {
    ($(#[$meta:meta])* input $name:ident { $($field:ident $wire:literal: $need:ident $ty:ty [$rule:ident];)* }) => {
        shape! { @declare $(#[$meta])* $name { $($field $need $ty;)* } }
        shape! { @read $name { $($field $wire $need $ty [$rule];)* } }
        shape! { @describe $name { $($wire $need $ty [$rule];)* } }
    };
    ($(#[$meta:meta])* output $name:ident { $($field:ident $wire:literal: $need:ident $ty:ty;)* }) => {
        shape! { @declare $(#[$meta])* $name { $($field $need $ty;)* } }
        shape! { @write $name { $($field $wire $need;)* } }
        shape! { @describe $name { $($wire $need $ty [ANY];)* } }
    };
    ($(#[$meta:meta])* both $name:ident { $($field:ident $wire:literal: $need:ident $ty:ty [$rule:ident];)* }) => {
        shape! { @declare $(#[$meta])* $name { $($field $need $ty;)* } }
        shape! { @read $name { $($field $wire $need $ty [$rule];)* } }
        shape! { @write $name { $($field $wire $need;)* } }
        shape! { @describe $name { $($wire $need $ty [$rule];)* } }
    };
    (@declare $(#[$meta:meta])* $name:ident { $($field:ident $need:ident $ty:ty;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $(pub $field: $need<$ty>,)*
        }
    };
    (@read $name:ident { $($field:ident $wire:literal $need:ident $ty:ty [$rule:ident];)* }) => {
        impl $crate::model::Decode for $name {
            const MEMBERS: &'static [&'static str] = &[$($wire),*];

            fn decode(value: &::serde_json::Value, reader: &mut $crate::model::Reader) -> Option<Self> {
                let _members = reader.structure(value, Self::MEMBERS)?;
                $(let $field = reader.$need::<$ty>(_members, $wire, &$rule);)*
                Some(Self { $($field: $field?,)* })
            }
        }
    };
    (@describe $name:ident { $($wire:literal $need:ident $ty:ty [$rule:ident];)* }) => {
        impl $crate::model::described::Described for $name {
            const TYPE: $crate::model::described::Type = {
                static SHAPE: $crate::model::described::Shape = $crate::model::described::Shape {
                    name: stringify!($name),
                    members: &[$($crate::model::described::Member {
                        name: $wire,
                        required: shape!(@required $need),
                        value: <$ty as $crate::model::described::Described>::TYPE,
                        constraint: &$rule,
                    }),*],
                };
                $crate::model::described::Type::Structure(&SHAPE)
            };
        }
    };
    (@required required) => { true };
    (@required optional) => { false };
    (@write $name:ident { $($field:ident $wire:literal $need:ident;)* }) => {
        impl $crate::model::Encode for $name {
            fn encode(&self, out: &mut $crate::model::JsonWriter) {
                out.open_object();
                // No name of the model needs an escape.
                $(out.$need(concat!("\"", $wire, "\":"), &self.$field);)*
                out.close_object();
            }
        }
    };
}

/// A closed set of strings.
macro_rules! enumeration {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $wire:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$note])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of the model.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as it stands on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)+
                }
            }

            /// The value with this wire form.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($wire => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::model::Decode for $name {
            const SCALAR: bool = true;

            // An unknown value is reported by the constraint of the member, which lists the set.
            fn decode(value: &::serde_json::Value, reader: &mut $crate::model::Reader) -> Option<Self> {
                Self::parse(reader.text(value)?)
            }
        }

        impl $crate::model::Encode for $name {
            fn encode(&self, out: &mut $crate::model::JsonWriter) {
                out.string(self.as_str());
            }
        }

        impl $crate::model::described::Described for $name {
            const TYPE: $crate::model::described::Type =
                $crate::model::described::Type::Enum(&[$($wire),+]);
        }
    };
}

/// The operations of a service.
macro_rules! operations {
    ($($name:ident: $auth:ident $input:ident -> $output:ident [$($error:literal,)*];)+) => {
        /// An operation of this service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation {
            $($name,)+
        }

        impl Operation {
            /// Every operation, in the order of the model.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The operation of this name, as it stands after the dot of `X-Amz-Target`.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// The name that AWS gives it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            /// Whether SDKs sign the call: false where the model says `authtype: none`.
            pub fn signed(self) -> bool {
                match self {
                    $(Self::$name => operations!(@signed $auth),)+
                }
            }

            /// Whether an answer has a body: without an output shape it is zero bytes long.
            pub fn has_output(self) -> bool {
                match self {
                    $(Self::$name => operations!(@has $output),)+
                }
            }

            /// The shape of its input.
            pub fn input(self) -> &'static $crate::model::described::Shape {
                match self {
                    $(Self::$name => $crate::model::described::shape_of::<$input>(),)+
                }
            }

            /// The shape of its output; one without members where it has none.
            pub fn output(self) -> &'static $crate::model::described::Shape {
                match self {
                    $(Self::$name => $crate::model::described::shape_of::<$output>(),)+
                }
            }

            /// The errors that the model declares for it.
            pub fn declared_errors(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($error),*],)+
                }
            }
        }

        impl ::std::fmt::Display for Operation {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
    (@signed signed) => { true };
    (@signed unsigned) => { false };
    (@has NoOutput) => { false };
    (@has $output:ident) => { true };
}

pub(crate) use {enumeration, operations, shape};
