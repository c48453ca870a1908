//! How a sign-in begins: the flow, whether the client may use it, and its parameters.

use std::collections::BTreeMap;

use super::door::Door;
use super::first_factors::FirstFactor;
use super::step_up;
use crate::crypto::srp::SrpA;
use crate::error::{CognitoError, Refusal};
use crate::model::cognito_idp::{AuthFlowType, ExplicitAuthFlowsType as Flow};
use crate::model::{PoolId, Secret, SecretMap};
use crate::store::user_pool::app_client::AppClient;
use crate::store::user_pool::device::DeviceKey;

/// AuthParameters or ChallengeResponses.
#[derive(Default)]
pub struct Parameters {
    left: BTreeMap<String, String>,
    given: Vec<String>,
}

impl Parameters {
    /// The parameters of a request; none is like an empty map.
    pub fn new(given: Option<SecretMap>) -> Self {
        let left = given.unwrap_or_default().into_inner();
        Self {
            given: left.keys().cloned().collect(),
            left,
        }
    }

    /// A parameter that must be there. An empty one counts as missing (observed for USERNAME and
    /// PASSWORD, 2024, by a REST suite against the live service; inferred for the others).
    ///
    /// # Errors
    /// `Missing required parameter …`.
    pub fn take(&mut self, name: &'static str) -> Result<String, CognitoError> {
        let given = self.left.remove(name).filter(|value| !value.is_empty());
        given.ok_or_else(|| {
            Refusal::MissingParameter {
                name: name.to_owned(),
            }
            .because(format!(
                "the parameters have {:?} and need {name}",
                self.given
            ))
        })
    }

    /// Checks that a parameter is there that is taken later.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn require(&mut self, name: &'static str) -> Result<(), CognitoError> {
        let value = self.take(name)?;
        self.left.insert(name.to_owned(), value);
        Ok(())
    }

    /// Whom the parameters name, and the secret hash over that name. A hash that is missing comes
    /// before a missing name (inferred); one that is there cannot be looked at without.
    ///
    /// # Errors
    /// A missing, wrong or uncalled-for hash; `Missing required parameter USERNAME`.
    pub fn take_username(&mut self, client: &AppClient) -> Result<String, CognitoError> {
        let hash = self.take_optional("SECRET_HASH");
        let wrong = |client| Refusal::SecretHashWrong { client };
        if hash.is_none() {
            client.check_secret_hash("", None, wrong)?;
        }
        let username = self.take("USERNAME")?;
        client.check_secret_hash(&username, hash.as_deref(), wrong)?;
        Ok(username)
    }

    /// A parameter that may be there.
    pub fn take_optional(&mut self, name: &str) -> Option<String> {
        self.left.remove(name)
    }

    /// The key of the device that the request comes from.
    pub fn take_device_key(&mut self, pool: &PoolId) -> DeviceKey {
        DeviceKey::new(pool, self.take_optional("DEVICE_KEY").as_deref())
    }

    /// What is left, of the names that start with `prefix`, without it.
    pub fn take_prefixed(&mut self, prefix: &str) -> Vec<(String, String)> {
        let names: Vec<String> = self
            .left
            .keys()
            .filter(|name| name.starts_with(prefix))
            .cloned()
            .collect();
        names
            .into_iter()
            .filter_map(|name| {
                let value = self.left.remove(&name)?;
                Some((name[prefix.len()..].to_owned(), value))
            })
            .collect()
    }
}

/// A sign-in that begins.
pub struct Attempt {
    /// What is to prove who signs in.
    pub credentials: Credentials,
    /// The device that it comes from.
    pub device_key: DeviceKey,
}

/// What is to prove who signs in, as the flow has it.
pub enum Credentials {
    /// Name and password.
    Password {
        /// Whom the client names.
        username: String,
        /// The password given.
        password: Secret,
    },
    /// Name and the client's public SRP value.
    Srp {
        /// Whom the client names.
        username: String,
        /// The client's public value.
        a: SrpA,
    },
    /// A refresh token; its hash is checked against the token's user.
    Refresh {
        /// The refresh token.
        token: Secret,
        /// The hash given, if any.
        secret_hash: Option<String>,
    },
    /// The pool's own challenges.
    Custom {
        /// Whom the client names.
        username: String,
        /// What comes before them.
        first: First,
    },
    /// The user chooses.
    Choice(Choice),
    /// The user chooses, and has just signed up.
    SignedUp {
        /// The Session of ConfirmSignUp.
        session: Secret,
        /// What is chosen where that does not do.
        wish: Wish,
    },
}

/// What USER_AUTH begins with.
pub struct Choice {
    /// Whom the client names.
    pub(super) username: String,
    /// How the user wants to sign in.
    pub(super) wish: Wish,
    /// How strongly.
    pub(super) step_up: step_up::Asked,
}

/// How a user wants to sign in.
pub struct Wish {
    /// PREFERRED_CHALLENGE. One that there is not counts as none (inferred).
    pub(super) preferred: Option<FirstFactor>,
    /// What goes with it.
    pub(super) given: Given,
}

/// What goes with the choice of a first factor.
pub struct Given {
    /// The password.
    pub(super) password: Option<Secret>,
    /// The client's public SRP value.
    pub(super) srp_a: Option<String>,
}

impl Wish {
    fn take(parameters: &mut Parameters) -> Self {
        let preferred = parameters.take_optional("PREFERRED_CHALLENGE");
        Self {
            preferred: preferred.and_then(|name| FirstFactor::parse(&name)),
            given: Given::take(parameters),
        }
    }
}

impl Given {
    pub(super) fn take(parameters: &mut Parameters) -> Self {
        let mut take = |name| {
            parameters
                .take_optional(name)
                .filter(|given| !given.is_empty())
        };
        Self {
            password: take("PASSWORD").map(Secret::from),
            srp_a: take("SRP_A"),
        }
    }
}

/// What a sign-in by the pool's own challenges begins with.
pub enum First {
    /// Nothing but the name.
    Name,
    /// The client's public SRP value.
    SrpA(SrpA),
    /// The password, which the administrator's door alone takes.
    Password(Secret),
}

impl Attempt {
    /// Reads what the two Initiate operations carry: the flow, which must be allowed, and its
    /// parameters.
    ///
    /// # Errors
    /// As [`check_flow`] and [`Credentials::parse`].
    pub fn parse(
        door: Door,
        client: &AppClient,
        flow: AuthFlowType,
        parameters: Option<SecretMap>,
        session: Option<Secret>,
    ) -> Result<Self, CognitoError> {
        check_flow(door, client, flow)?;
        let mut parameters = Parameters::new(parameters);
        Ok(Self {
            device_key: parameters.take_device_key(&client.pool),
            credentials: match (flow, session) {
                (AuthFlowType::UserAuth, Some(session)) => {
                    Credentials::signed_up(session, parameters, client)?
                }
                // In other flows a Session has no meaning (documented).
                (flow, _) => Credentials::parse(door, flow, parameters, client)?,
            },
        })
    }
}

impl Credentials {
    /// Reads the parameters of a flow, and checks the secret hash over the name in them.
    ///
    /// # Errors
    /// A missing parameter, the secret hash, a malformed SRP value.
    pub fn parse(
        door: Door,
        flow: AuthFlowType,
        mut parameters: Parameters,
        client: &AppClient,
    ) -> Result<Self, CognitoError> {
        if let AuthFlowType::RefreshToken | AuthFlowType::RefreshTokenAuth = flow {
            let secret_hash = parameters.take_optional("SECRET_HASH");
            if secret_hash.is_none() || !client.is_confidential() {
                // Missing or uncalled-for: known without the token's user, and before parameters (inferred).
                let wrong = |client| Refusal::SecretHashWrongOnRefresh { client };
                client.check_secret_hash("", secret_hash.as_deref(), wrong)?;
            }
            let token = Secret::from(parameters.take("REFRESH_TOKEN")?);
            return Ok(Self::Refresh { token, secret_hash });
        }
        let username = parameters.take_username(client)?;
        Ok(match flow {
            AuthFlowType::UserPasswordAuth
            | AuthFlowType::AdminUserPasswordAuth
            | AuthFlowType::AdminNoSrpAuth => Self::Password {
                username,
                password: Secret::from(parameters.take("PASSWORD")?),
            },
            AuthFlowType::UserSrpAuth => Self::Srp {
                username,
                a: srp_value(&parameters.take("SRP_A")?)?,
            },
            AuthFlowType::CustomAuth => Self::Custom {
                username,
                first: First::parse(door, &mut parameters)?,
            },
            AuthFlowType::UserAuth => Self::Choice(Choice {
                username,
                wish: Wish::take(&mut parameters),
                step_up: step_up::Asked::take(&mut parameters),
            }),
            AuthFlowType::RefreshToken | AuthFlowType::RefreshTokenAuth => {
                return Refusal::MissingParameter {
                    name: "REFRESH_TOKEN".into(),
                }
                .refuse("a refresh needs REFRESH_TOKEN");
            }
        })
    }
}

impl Credentials {
    /// The Session of a sign-up. AuthParameters are ignored beside it (documented); that the secret hash
    /// of a confidential client is not is inferred.
    fn signed_up(
        session: Secret,
        mut parameters: Parameters,
        client: &AppClient,
    ) -> Result<Self, CognitoError> {
        if client.is_confidential() {
            parameters.take_username(client)?;
        }
        Ok(Self::SignedUp {
            session,
            wish: Wish::take(&mut parameters),
        })
    }
}

impl First {
    /// CHALLENGE_NAME says whether SRP comes first (observed); any other name, and SRP_A without it,
    /// count for nothing (inferred), as PASSWORD does in InitiateAuth (inferred).
    fn parse(door: Door, parameters: &mut Parameters) -> Result<Self, CognitoError> {
        let name = parameters.take_optional("CHALLENGE_NAME");
        if name.as_deref() == Some("SRP_A") {
            return Ok(Self::SrpA(srp_value(&parameters.take("SRP_A")?)?));
        }
        let password = parameters.take_optional("PASSWORD");
        Ok(match (door, password) {
            (Door::Admin, Some(password)) if !password.is_empty() => {
                Self::Password(Secret::from(password))
            }
            (Door::Admin | Door::Public | Door::Hosted, _) => Self::Name,
        })
    }
}

/// `SRP_A`.
///
/// # Errors
/// No number, or one with which nothing is proven.
pub(super) fn srp_value(hex: &str) -> Result<SrpA, CognitoError> {
    SrpA::parse(hex).ok_or_else(|| {
        Refusal::SrpValue.because("SRP_A must be hexadecimal and not a multiple of the prime N")
    })
}

/// Whether `flow` exists at this door and the client may use it. The three forms of the sentence
/// are observed; that of the refresh and custom flows is inferred.
///
/// # Errors
/// The flow's own sentence.
pub fn check_flow(door: Door, client: &AppClient, flow: AuthFlowType) -> Result<(), CognitoError> {
    let named = flow.as_str().to_owned();
    let (allowing, refusal): (&[Flow], Refusal) = match flow {
        AuthFlowType::AdminNoSrpAuth | AuthFlowType::AdminUserPasswordAuth => {
            if door == Door::Public {
                return Refusal::InitiateAuthMethod
                    .refuse(format!("{named} goes through AdminInitiateAuth"));
            }
            (
                &[Flow::AllowAdminUserPasswordAuth, Flow::AdminNoSrpAuth],
                Refusal::AuthFlowNotEnabled,
            )
        }
        AuthFlowType::UserPasswordAuth => {
            if door == Door::Admin {
                return Refusal::InitiateAuthMethod.refuse(
                    "USER_PASSWORD_AUTH goes through InitiateAuth; the administrator's flow is \
                     ADMIN_USER_PASSWORD_AUTH",
                );
            }
            (
                &[Flow::AllowUserPasswordAuth, Flow::UserPasswordAuth],
                Refusal::FlowNotEnabled { flow: named },
            )
        }
        AuthFlowType::UserAuth => (
            &[Flow::AllowUserAuth],
            Refusal::FlowNotEnabled { flow: named },
        ),
        AuthFlowType::UserSrpAuth => (
            &[Flow::AllowUserSrpAuth],
            Refusal::FlowIsNotEnabled { flow: named },
        ),
        AuthFlowType::CustomAuth => (
            &[Flow::AllowCustomAuth, Flow::CustomAuthFlowOnly],
            Refusal::FlowIsNotEnabled { flow: named },
        ),
        AuthFlowType::RefreshToken | AuthFlowType::RefreshTokenAuth => {
            if client.rotation_grace().is_some() {
                return Refusal::AuthFlowNotEnabled.refuse(
                    "the app client rotates refresh tokens; call GetTokensFromRefreshToken",
                );
            }
            (&[Flow::AllowRefreshTokenAuth], Refusal::AuthFlowNotEnabled)
        }
    };
    if client.allows_flow(allowing) {
        return Ok(());
    }
    let wanted = allowing.first().map_or("", |flow| flow.as_str());
    refusal.refuse(format!(
        "ExplicitAuthFlows of the app client must have {wanted}"
    ))
}
