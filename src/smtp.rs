//! Mails that go to a real SMTP server too, such as one that shows them in a browser (`--smtp`).
//!
//! They are queued, so that no call waits for a server, and sent one by one. What became of a mail
//! stands with the message; a failure is logged and changes nothing else.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use tokio::sync::mpsc;
use tracing::warn;

use crate::control::mail_text::text_of;
use crate::control::outbox::Message;

/// Longest queue; what comes then is not sent.
const QUEUE: usize = 1000;

/// Longest time to send one mail, in real time.
const PATIENCE: Duration = Duration::from_secs(10);

/// `smtp://USER:PASSWORD@HOST:PORT`, or `smtps://` for TLS. Shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.0.rsplit_once('@').map_or(&*self.0, |(_, host)| host);
        write!(f, "SmtpUrl({shown})")
    }
}

impl SmtpUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// What a URL of an SMTP server looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Self(text.to_owned());
        // The error may repeat the URL, which has the password.
        match url.transport() {
            Ok(_) => Ok(url),
            Err(_) => Err("give smtp://HOST:PORT or smtps://HOST:PORT, with USER:PASSWORD@ before the host if it asks for them".into()),
        }
    }

    fn transport(
        &self,
    ) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.0)?;
        Ok(builder.timeout(Some(PATIENCE)).build())
    }
}

/// Takes mails for an SMTP server.
#[derive(Debug)]
pub struct Mailer(mpsc::Sender<Arc<Message>>);

impl Mailer {
    /// Sends to the server at `url`, on a task of the current tokio runtime that ends with the mailer.
    pub(crate) fn start(url: SmtpUrl) -> Self {
        let (queue, mut mails) = mpsc::channel::<Arc<Message>>(QUEUE);
        tokio::spawn(async move {
            while let Some(message) = mails.recv().await {
                let sent = send(&url, &message).await;
                note(&message, sent);
            }
        });
        Self(queue)
    }

    /// Queues a mail.
    pub(crate) fn deliver(&self, message: &Arc<Message>) {
        if self.0.try_send(Arc::clone(message)).is_err() {
            note(message, Err(format!("{QUEUE} mails wait already")));
        }
    }
}

fn note(message: &Message, sent: Result<(), String>) {
    if let Err(error) = &sent {
        warn!(
            message = message.id,
            to = message.destination,
            error,
            "a mail did not reach the SMTP server"
        );
    }
    if let Some(delivery) = &message.delivery {
        // Set once: a mail is queued once.
        let _ = delivery.set(sent);
    }
}

async fn send(url: &SmtpUrl, message: &Message) -> Result<(), String> {
    let mail = mail(message)?;
    let transport = url.transport().map_err(|error| error.to_string())?;
    let sending = tokio::time::timeout(PATIENCE, transport.send(mail));
    match sending.await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_elapsed) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
    }
}

fn mail(message: &Message) -> Result<lettre::Message, String> {
    let mailbox = |address: &str| -> Result<Mailbox, String> {
        address
            .parse()
            .map_err(|error| format!("{address}: {error}"))
    };
    let millis = u64::try_from(message.sent.0).unwrap_or_default();
    lettre::Message::builder()
        .from(mailbox(&message.sender)?)
        .to(mailbox(&message.destination)?)
        .subject(message.subject.as_deref().unwrap_or_default())
        .date(UNIX_EPOCH + Duration::from_millis(millis))
        .multipart(MultiPart::alternative_plain_html(
            text_of(message),
            message.body.clone(),
        ))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::SmtpUrl;

    #[test]
    fn a_url_of_a_server_is_read_and_shows_no_password() {
        let url = SmtpUrl::parse("smtp://ann:hidden@localhost:1025").unwrap();
        assert_eq!(format!("{url:?}"), "SmtpUrl(localhost:1025)");
        assert!(SmtpUrl::parse("smtp://localhost").is_ok());
        for wrong in ["localhost:25", "http://ann:hidden@localhost", "smtp://", ""] {
            let error = SmtpUrl::parse(wrong).unwrap_err();
            assert!(!error.contains("hidden"), "{error}");
        }
    }
}
