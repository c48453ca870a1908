//! A group of users.

use crate::clock::Timestamp;
use crate::model::cognito_idp::GroupType;
use crate::model::{GroupName, PoolId};

/// A group of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name, used once per pool; letter case counts.
    pub name: GroupName,
    /// What it is for.
    pub description: Option<String>,
    /// The IAM role of its members.
    pub role_arn: Option<String>,
    /// The lower, the stronger; absent is weakest.
    pub precedence: Option<i32>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}

impl Group {
    /// The group as responses show it.
    pub fn view(&self, pool: &PoolId) -> GroupType {
        GroupType {
            group_name: Some(self.name.clone()),
            user_pool_id: Some(pool.clone()),
            description: self.description.clone(),
            role_arn: self.role_arn.clone(),
            precedence: self.precedence,
            last_modified_date: Some(self.modified),
            creation_date: Some(self.created),
        }
    }

    /// What groups are ordered by: a number beats none, the lower beats the higher, then the name.
    pub(crate) fn strength(&self) -> (bool, Option<i32>, &GroupName) {
        (self.precedence.is_none(), self.precedence, &self.name)
    }
}
