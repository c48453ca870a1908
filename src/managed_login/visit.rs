//! One request to a page: who visits what, and what comes of it.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

use super::look;
use super::page::Page;
use super::posted::Posted;
use super::state::State;
use super::views::{self, Alert, Frame, Language, Look, Rendered};
use crate::context::Context;
use crate::entropy::Purpose;
use crate::error::CognitoError;
use crate::oauth::parameters::Parameters;
use crate::oauth::request::{AuthorizeRequest, Wanted};
use crate::store::user_pool::settings::PoolSettings;
use crate::store::user_pool::user::User;
use crate::user_pool::auth::door::SignedIn;
use crate::user_pool::auth::hosted::Place;

/// What a browser brings along.
pub struct Browser<'a> {
    /// The token that forms must send back; one was made where it brought none.
    pub csrf: Uuid,
    /// Whether it brought that token.
    pub is_known: bool,
    /// The cookie `page-data`.
    pub page_data: Option<&'a str>,
    /// The cookie `lang`.
    pub language: Option<&'a str>,
    /// Who is signed in in it, where the request takes that.
    pub user: Option<Arc<User>>,
}

/// A request to a page.
pub struct Visit<'a> {
    pub(super) cx: &'a Context,
    pub(super) request: &'a AuthorizeRequest,
    pub(super) settings: Arc<PoolSettings>,
    pub(super) place: Place,
    pub(super) browser: &'a Browser<'a>,
    pub(super) form: Posted<'a>,
    pub(super) state: Option<State>,
    pub(super) language: Language,
    pub(super) look: Look,
    base: String,
    csrf: String,
    nonce: String,
}

/// What comes of it.
pub enum Answer {
    /// A page.
    Page(Shown),
    /// To another page, with the query of the request.
    To(&'static str),
    /// To the authorize endpoint, for the identity provider of this identifier.
    Provider(String),
    /// Somebody has signed in.
    SignedIn(Box<SignedIn>),
    /// On with who is signed in already.
    Continue,
}

/// A page that is shown.
pub struct Shown {
    /// The HTTP status.
    pub status: u16,
    /// The document.
    pub html: String,
    /// Its Content-Security-Policy.
    pub policy: String,
    /// The language.
    pub language: &'static str,
    /// What the browser is to keep for the next page, sealed; none takes it away.
    pub state: Option<String>,
    /// Why something was refused.
    pub reason: Option<String>,
}

impl<'a> Visit<'a> {
    /// A visit; `base` is the address of the pool's pages.
    pub fn new(
        cx: &'a Context,
        base: &str,
        request: &'a AuthorizeRequest,
        browser: &'a Browser<'a>,
        form: &'a Parameters,
    ) -> Self {
        let client = &request.client;
        let asked = request.lang.as_deref().and_then(Language::parse);
        let kept = || browser.language.and_then(Language::parse);
        let page_data = browser.page_data;
        Self {
            cx,
            request,
            settings: client.pool.settings(),
            place: Place {
                pool: Arc::clone(&client.pool),
                client: Arc::clone(&client.app),
                levels: request.acr_values.clone(),
            },
            browser,
            form: Posted::new(form),
            state: page_data.and_then(|text| State::open(cx, &client.app.id, text)),
            language: asked.or_else(kept).unwrap_or_default(),
            look: look::of(&client.pool, &client.app, request.version, root(cx, base)),
            base: below_host(base).to_owned(),
            csrf: browser.csrf.to_string(),
            nonce: nonce(cx),
        }
    }

    /// What is around the page of a path.
    pub(super) fn frame(&self, again: Option<&'a str>) -> Frame<'_> {
        Frame {
            look: &self.look,
            language: self.language,
            nonce: &self.nonce,
            csrf: &self.csrf,
            base: &self.base,
            query: &self.request.query,
            again,
        }
    }

    pub(super) fn is_classic(&self) -> bool {
        matches!(self.look, Look::Classic { .. })
    }

    /// A page that keeps nothing.
    pub(super) fn show(&self, page: Rendered, reason: Option<String>) -> Answer {
        self.show_with(page, None, reason)
    }

    /// A page, and what the browser keeps for the next one.
    pub(super) fn show_with(
        &self,
        page: Rendered,
        state: Option<&State>,
        reason: Option<String>,
    ) -> Answer {
        let client = &self.request.client.app.id;
        Answer::Page(Shown {
            status: 200,
            html: page.html,
            policy: page.policy,
            language: if self.is_classic() {
                "en-US"
            } else {
                self.language.code()
            },
            state: state.map(|state| state.seal(self.cx, client)),
            reason,
        })
    }

    /// What a refusal says on a page: the service's sentence, which managed login says in its own languages where
    /// it has one for it.
    pub(super) fn alert(&self, error: &CognitoError) -> Alert {
        let message = error.message();
        if self.is_classic() {
            return Alert::error(message);
        }
        let texts = self.language.texts();
        let known = match (error.code(), &*message) {
            (_, "Incorrect username or password.") => Some(texts.incorrect),
            (_, "User is disabled.") => Some(texts.disabled),
            ("CodeMismatchException" | "EnableSoftwareTokenMFAException", _) => {
                Some(texts.code_wrong)
            }
            ("ExpiredCodeException", _) => Some(texts.code_expired),
            ("LimitExceededException" | "TooManyRequestsException", _) => Some(texts.too_many),
            _ => None,
        };
        known.map_or_else(
            || Alert::error(message.clone()),
            |text| Alert::error(Cow::Borrowed(text)),
        )
    }

    /// Whether a form is ours.
    fn is_ours(&self) -> bool {
        self.browser.is_known && self.form.token().as_deref() == Some(self.csrf.as_str())
    }

    /// The sign-in page, for who comes too late or from elsewhere.
    pub(super) fn begin_again(&self, reason: impl Into<String>) -> Answer {
        let alert = Alert::error(self.frame(None).texts().expired);
        self.sign_in_page(Some(&alert), Some(reason.into()))
    }
}

/// The path below which the files of pages are that stand at `base`. A pool's domain is no address behind the proxy.
pub(super) fn root<'a>(cx: &'a Context, base: &str) -> &'a str {
    let is_pinned = base.starts_with(cx.base_url());
    if is_pinned { cx.base_path() } else { "" }
}

/// `/POOL_ID` of `http://host/POOL_ID`.
pub(super) fn below_host(base: &str) -> &str {
    let host = base.split_once("://").map_or(base, |(_, host)| host);
    host.find('/').map_or("", |at| &host[at..])
}

fn nonce(cx: &Context) -> String {
    cx.entropy.uuid(Purpose::Requests).simple().to_string()
}

/// Answers a visit. `admitted` is what the rates of requests say of a form.
pub async fn answer(
    visit: &Visit<'_>,
    page: Page,
    is_post: bool,
    admitted: Result<(), CognitoError>,
) -> Answer {
    if look::is_missing(&visit.request.client, visit.request.version) {
        return status(
            403,
            visit.show(
                views::unavailable(&visit.frame(None)),
                Some("the app client has no style, and its domain has managed login: CreateManagedLoginBranding makes one".into()),
            ),
        );
    }
    if visit.is_for_own_users(page, is_post) && !visit.request.client.has_own_users() {
        // AWS's answer is inferred: that to a provider which the client has not.
        return visit.option_gone(
            "SupportedIdentityProviders of the app client has no COGNITO: it signs in no users of the pool's own",
        );
    }
    if !is_post {
        return visit.get(page);
    }
    if !visit.is_ours() {
        // That AWS shows the form again is inferred.
        return visit.begin_again(
            "the form has the value of the cookie XSRF-TOKEN as _csrf or csrf: send both back as they came",
        );
    }
    if let Err(error) = admitted {
        return visit.sign_in_refused(&error);
    }
    match page {
        Page::SignUp | Page::Confirm | Page::ResendCode => visit.post_sign_up(page).await,
        Page::ForgotPassword | Page::ConfirmForgotPassword => visit.post_password(page).await,
        Page::Option | Page::Register | Page::ResendFactor | Page::Back => {
            visit.post_set_up(page).await
        }
        Page::Login
        | Page::Continue
        | Page::VerifyPassword
        | Page::SelectChallenge
        | Page::Others
        | Page::Passkey
        | Page::Code
        | Page::NewPassword
        | Page::AddPasskey => visit.post_sign_in(page).await,
    }
}

fn status(status: u16, answer: Answer) -> Answer {
    match answer {
        Answer::Page(shown) => Answer::Page(Shown { status, ..shown }),
        other @ (Answer::To(_) | Answer::Provider(_) | Answer::SignedIn(_) | Answer::Continue) => {
            other
        }
    }
}

impl Visit<'_> {
    /// Whether a page is for users of the pool's own alone.
    fn is_for_own_users(&self, page: Page, is_post: bool) -> bool {
        match page {
            Page::Login => is_post && self.form.get("idp_email").is_none(),
            Page::Continue => false,
            _ => true,
        }
    }

    /// The sign-in page, for who asks for what the app client has not (observed).
    fn option_gone(&self, reason: &'static str) -> Answer {
        let alert = Alert::error(self.frame(None).texts().option_gone);
        status(401, self.sign_in_page(Some(&alert), Some(reason.into())))
    }

    /// A page that is opened, not posted.
    fn get(&self, page: Page) -> Answer {
        match page {
            Page::Login => self.get_login(),
            Page::SignUp => self.sign_up_page(&[], "", None, None),
            Page::ForgotPassword => self.forgot_password_page("", None, None),
            Page::Confirm | Page::ResendCode => match &self.state {
                Some(State::Confirm(confirm)) => self.confirm_page(confirm, None, None),
                _ => Answer::To("/login"),
            },
            Page::ConfirmForgotPassword => match &self.state {
                Some(State::Reset(reset)) => self.reset_page(reset, None, None),
                _ => Answer::To("/forgotPassword"),
            },
            Page::Continue
            | Page::VerifyPassword
            | Page::SelectChallenge
            | Page::Others
            | Page::Passkey
            | Page::Code
            | Page::Option
            | Page::Register
            | Page::ResendFactor
            | Page::Back
            | Page::NewPassword
            | Page::AddPasskey => match &self.state {
                Some(State::Challenge(challenge)) => self.challenge_page(challenge, None, None),
                _ => Answer::To("/login"),
            },
        }
    }

    /// A browser that is signed in goes straight back, as from `/oauth2/authorize` (inferred), unless the
    /// request wants somebody to choose or to sign in.
    fn get_login(&self) -> Answer {
        if self.request.wanted == Some(Wanted::Unavailable) {
            return self.option_gone(
                "identity_provider or idp_identifier names no provider that pool and app client have",
            );
        }
        let prompt = self.request.prompt;
        match &self.browser.user {
            Some(user) if prompt.select_account && !prompt.login => {
                let frame = self.frame(Some("/login"));
                self.show(views::account_picker(&frame, &user.username), None)
            }
            Some(_) if !prompt.login => Answer::Continue,
            Some(_) | None => self.sign_in_page(None, None),
        }
    }
}

/// The page of `/error`. It belongs to no client for sure, and has the look of AWS's own style.
pub fn error_page(cx: &Context, error: &str) -> Shown {
    let look = look::plain();
    let nonce = nonce(cx);
    let frame = Frame {
        look: &look,
        language: Language::En,
        nonce: &nonce,
        csrf: "",
        base: "",
        query: "",
        again: None,
    };
    // A code is for programs; a sentence is shown (observed).
    let page = views::error(&frame, error.contains(' ').then_some(error));
    Shown {
        status: 400,
        html: page.html,
        policy: page.policy,
        language: "en-US",
        state: None,
        reason: None,
    }
}
