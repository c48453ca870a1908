//! The beginning of a sign-in whose tokens are to come.

use uuid::Uuid;

use crate::context::Context;
use crate::entropy::Purpose;
use crate::model::{ClientId, PoolId, Secret};
use crate::store::event_id::Told;
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::lineage::{Lineage, RefreshToken};
use crate::store::user_pool::user::User;

impl Lineage {
    /// A new sign-in.
    pub fn begin(cx: &Context, client: &AppClient, user: &User, device: Option<Uuid>) -> Self {
        let epoch = user.sign_out_epoch();
        let now = cx.now();
        Self {
            sub: user.sub,
            origin_jti: cx.entropy.uuid(Purpose::Tokens),
            event_id: cx
                .tokens
                .event_ids
                .make(&cx.entropy, Told::new(epoch, cx.store.era())),
            auth_time: now,
            epoch,
            refresh_expires: now.plus(client.validity.refresh()),
            device,
            assurance: None,
            granted: None,
        }
    }

    /// The first refresh token of the sign-in.
    pub fn refresh_token(&self, cx: &Context, pool: &PoolId, client: &ClientId) -> Secret {
        RefreshToken::new(pool, client, self, self.refresh_expires).seal(cx)
    }
}
