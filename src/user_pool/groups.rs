//! Groups.
use crate::model::GroupName;
/// A group.
pub struct Group {
    /// Its name.
    pub name: GroupName,
}
