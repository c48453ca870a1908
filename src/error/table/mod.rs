//! Every sentence that AWS can say, once, under its exception type.
//!
//! A macro can't read a file, so each file of rows is a macro: it takes the rows so far, adds its own and hands all
//! of them to the next one it was told of. The last is `refusals`, which makes one type of them.

#[macro_use]
mod people;
#[macro_use]
mod parameters;
#[macro_use]
mod resources;
#[macro_use]
mod requests;

use std::borrow::Cow;

people! { parameters resources requests refusals {} }
