//! What two images of quotas have otherwise.

use std::collections::BTreeSet;

use super::{Calls, Category, Enforcement, Image, Rate};
use crate::model::AccountRegion;

/// A category of an account and Region that is otherwise: as it was, and as it is.
#[derive(Debug, PartialEq)]
pub(crate) struct Differing {
    pub(crate) place: AccountRegion,
    pub(crate) category: Category,
    pub(crate) rates: [Rate; 2],
    pub(crate) calls: [Calls; 2],
}

impl Image {
    /// Who was held to the quotas.
    pub(crate) fn enforcement(&self) -> Enforcement {
        Enforcement::at(self.enforcement)
    }

    /// The categories that `later` has otherwise: of all accounts, or of one.
    pub(crate) fn differing(&self, later: &Self, account: Option<&str>) -> Vec<Differing> {
        let images = [self, later];
        let of = |image: &'_ Self| -> Vec<(AccountRegion, Category)> {
            let state = &image.state;
            state
                .rates
                .keys()
                .chain(state.calls.keys())
                .cloned()
                .collect()
        };
        let keys: BTreeSet<_> = images.into_iter().flat_map(of).collect();
        let meant = keys
            .into_iter()
            .filter(|(place, _)| account.is_none_or(|one| place.account == one));
        let all = meant.map(|key| {
            let calls =
                images.map(|image| image.state.calls.get(&key).copied().unwrap_or_default());
            let (place, category) = key;
            Differing {
                rates: images.map(|image| image.state.rate(&place, category)),
                calls,
                place,
                category,
            }
        });
        all.filter(|one| one.rates[0] != one.rates[1] || one.calls[0] != one.calls[1])
            .collect()
    }
}
