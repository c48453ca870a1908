//! What is tracked, by pool and by app client.
//!
//! Order of checks: pool, tier, app client, tracking (inferred).

use crate::context::Context;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{
    ClientSSOSessionConfigType, GetUserPoolClientSessionConfigurationRequest,
    GetUserPoolClientSessionConfigurationResponse, GetUserPoolSessionConfigurationRequest,
    GetUserPoolSessionConfigurationResponse, SetUserPoolClientSessionConfigurationRequest,
    SetUserPoolClientSessionConfigurationResponse, SetUserPoolSessionConfigurationRequest,
    SetUserPoolSessionConfigurationResponse, UserPoolTokenSessionConfigType,
    UserSessionTrackingType,
};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::state::PoolState;
use crate::store::user_pool::user_session::Tracking;
use crate::user_pool::app_clients;
use crate::user_pool::tiers::Feature;

/// Documented default.
const SSO_MINUTES: i32 = 60;

fn check_tier(state: &PoolState) -> Result<(), CognitoError> {
    let reason = "session tracking needs UserPoolTier ESSENTIALS or PLUS";
    Feature::SessionTracking.require(&state.settings, reason)
}

/// `SetUserPoolSessionConfiguration`: replaces the whole of it. A lower limit ends no session until
/// the user signs in again (documented).
///
/// # Errors
/// An unknown pool, a pool of the Lite tier.
pub fn set_user_pool_session_configuration(
    cx: &Context,
    req: SetUserPoolSessionConfigurationRequest,
) -> Result<SetUserPoolSessionConfigurationResponse, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        check_tier(draft.state())?;
        let enabled = req.user_session_tracking == UserSessionTrackingType::Enabled;
        draft.put_settings(PoolSettings {
            tracking: Tracking {
                enabled,
                max_per_user: req.token_session.max_per_user,
            },
            ..PoolSettings::clone(&draft.state().settings)
        });
        if !enabled {
            draft.forget_sessions();
        }
        Ok(())
    })?;
    Ok(SetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(req.user_pool_id),
        user_session_tracking: Some(req.user_session_tracking),
        token_session: Some(req.token_session),
    })
}

/// `GetUserPoolSessionConfiguration`.
///
/// # Errors
/// An unknown pool.
pub fn get_user_pool_session_configuration(
    cx: &Context,
    req: GetUserPoolSessionConfigurationRequest,
) -> Result<GetUserPoolSessionConfigurationResponse, CognitoError> {
    let tracking = cx.pool(&req.user_pool_id)?.settings().tracking;
    Ok(GetUserPoolSessionConfigurationResponse {
        user_pool_id: Some(req.user_pool_id),
        user_session_tracking: Some(if tracking.enabled {
            UserSessionTrackingType::Enabled
        } else {
            UserSessionTrackingType::Disabled
        }),
        token_session: Some(UserPoolTokenSessionConfigType {
            max_per_user: tracking.max_per_user,
        }),
    })
}

/// `SetUserPoolClientSessionConfiguration`. Session tracking must be on (documented).
///
/// # Errors
/// An unknown pool or client, a pool of the Lite tier or without tracking.
pub fn set_user_pool_client_session_configuration(
    cx: &Context,
    req: SetUserPoolClientSessionConfigurationRequest,
) -> Result<SetUserPoolClientSessionConfigurationResponse, CognitoError> {
    cx.pool(&req.user_pool_id)?.change(|draft| {
        let state = draft.state();
        check_tier(state)?;
        app_clients::require(state, &req.client_id)?;
        if !state.settings.tracking.enabled {
            return Refusal::SessionTrackingOff
                .refuse("turn tracking on by SetUserPoolSessionConfiguration first");
        }
        let minutes = req.sso_session.max_validity_minutes;
        draft.set_sso_minutes(req.client_id.clone(), minutes);
        Ok(())
    })?;
    Ok(SetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(req.user_pool_id),
        client_id: Some(req.client_id),
        sso_session: Some(req.sso_session),
    })
}

/// `GetUserPoolClientSessionConfiguration`. What was set is shown while tracking is off too
/// (inferred: it is kept).
///
/// # Errors
/// An unknown pool or client.
pub fn get_user_pool_client_session_configuration(
    cx: &Context,
    req: GetUserPoolClientSessionConfigurationRequest,
) -> Result<GetUserPoolClientSessionConfigurationResponse, CognitoError> {
    let minutes = cx.pool(&req.user_pool_id)?.read(|state| {
        app_clients::require(state, &req.client_id)?;
        let set = state.user_sessions.sso_minutes.get(&req.client_id);
        Ok(set.copied().unwrap_or(SSO_MINUTES))
    })?;
    Ok(GetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(req.user_pool_id),
        client_id: Some(req.client_id),
        sso_session: Some(ClientSSOSessionConfigType {
            max_validity_minutes: minutes,
        }),
    })
}
