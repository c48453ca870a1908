//! Refresh tokens as clients hold them: sealed.
//!
//! A token has one text only: its second part is authenticated as the text that it is, nonce and tag are of
//! one length each, so no dot can stand elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::Timestamp;
use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::{PoolId, Secret};
use crate::store::user_pool::lineage::RefreshToken;

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`.
const HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

const NONCE: usize = 12;

const TAG: usize = 16;

impl RefreshToken {
    /// The token as the client gets it.
    pub fn seal(&self, cx: &Context) -> Secret {
        let plain = serde_json::to_vec(self).unwrap_or_default();
        let key = URL_SAFE_NO_PAD.encode(cx.entropy.bytes::<256>(Purpose::Tokens));
        let sealed = cx
            .seal
            .seal(cx.entropy.bytes(Purpose::Tokens), &purpose(&key), &plain);
        let (nonce, rest) = sealed.split_at(NONCE);
        let (body, tag) = rest.split_at(rest.len() - TAG);
        let parts = [nonce, body, tag].map(|part| URL_SAFE_NO_PAD.encode(part));
        let [nonce, body, tag] = parts;
        Secret::from(format!("{HEADER}.{key}.{nonce}.{body}.{tag}"))
    }

    /// What a token stands for, if this server made it and no restore has undone that.
    pub fn open(cx: &Context, token: &Secret) -> Option<Self> {
        let parts: Vec<&str> = token.expose().split('.').collect();
        let [HEADER, key, nonce, body, tag] = parts[..] else {
            return None;
        };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let (nonce, body, tag) = (decode(nonce)?, decode(body)?, decode(tag)?);
        if nonce.len() != NONCE || tag.len() != TAG {
            return None;
        }
        let plain = cx.seal.open(&purpose(key), &[nonce, body, tag].concat())?;
        let mut opened: Self = serde_json::from_slice(&plain).ok()?;
        opened.expires = Timestamp(opened.expires_millis);
        // Of what a restore undid nobody knows.
        let told = cx.tokens.event_ids.read(opened.event_id);
        let pool = cx.store.pool(&PoolId::from(opened.pool.as_str()));
        let is_known = pool.map_or(true, |pool| pool.knows_tokens_of(told.era));
        is_known.then_some(opened)
    }
}

fn purpose(key: &str) -> String {
    format!("refresh token.{key}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use uuid::Uuid;

    use super::*;
    use crate::store::user_pool::lineage::Lineage;
    use crate::test_pool;

    fn sealed() -> (Context, RefreshToken, String) {
        let cx = test_pool::context(Timestamp::from_seconds(1_700_000_000));
        let expires = Timestamp::from_seconds(1_800_000_000);
        let lineage = Lineage {
            sub: Uuid::from_u128(1),
            origin_jti: Uuid::from_u128(2),
            event_id: Uuid::from_u128(3),
            auth_time: cx.now(),
            epoch: 4,
            refresh_expires: expires,
            device: None,
            assurance: None,
            granted: None,
        };
        let token = RefreshToken::new("us-east-1_a", "client", &lineage, expires);
        let text = token.seal(&cx).expose().to_owned();
        (cx, token, text)
    }

    fn opens(cx: &Context, text: &str) -> bool {
        RefreshToken::open(cx, &Secret::from(text.to_owned())).is_some()
    }

    /// Where the dots stand among the other characters.
    fn dots(text: &str) -> Vec<usize> {
        let places = text.match_indices('.').enumerate();
        places.map(|(before, (at, _))| at - before).collect()
    }

    fn with_dots(text: &str, places: &[usize]) -> String {
        let mut moved = text.replace('.', "");
        for place in places.iter().rev() {
            moved.insert(*place, '.');
        }
        moved
    }

    #[test]
    fn a_token_opens_as_it_was_given_and_with_no_dot_elsewhere() {
        let (cx, token, text) = sealed();
        let opened = RefreshToken::open(&cx, &Secret::from(text.clone()));
        assert_eq!(opened, Some(token));
        let own = dots(&text);
        assert_eq!(own.len(), 4);
        for moved in 0..own.len() {
            let others: Vec<usize> = (0..=text.len() - 4)
                .filter(|at| *at != own[moved])
                .collect();
            for place in others {
                let mut places = own.clone();
                places[moved] = place;
                places.sort_unstable();
                let text = with_dots(&text, &places);
                assert!(!opens(&cx, &text), "dot {moved} at {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_token_has_one_text(
            by in proptest::array::uniform4(-24_isize..=24),
            digit in any::<prop::sample::Index>(),
            other in "[A-Za-z0-9_.=-]",
        ) {
            let (cx, _, text) = sealed();
            // Dots that move together, as those around a part do that is made longer or shorter.
            let own = dots(&text);
            let end = text.len() - 4;
            let mut places: Vec<usize> = own
                .iter()
                .zip(by)
                .map(|(place, by)| place.saturating_add_signed(by).min(end))
                .collect();
            places.sort_unstable();
            prop_assert_eq!(opens(&cx, &with_dots(&text, &places)), places == own);
            let at = digit.index(text.len());
            let altered = [&text[..at], &other, &text[at + 1..]].concat();
            prop_assert_eq!(opens(&cx, &altered), altered == text);
            prop_assert!(!opens(&cx, &[&text[..at], &other, &text[at..]].concat()));
        }
    }
}
