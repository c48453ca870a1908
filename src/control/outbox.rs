//! Messages that AWS would have sent, kept so that a test can read them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::clock::Timestamp;
use crate::model::cognito_idp::DeliveryMediumType;

/// A rendered message.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Rises by one with each message; `?after=ID` asks for later ones.
    pub id: u64,
    /// When it was sent.
    pub sent: Timestamp,
    /// The pool that sent it.
    pub user_pool_id: String,
    /// The user it is for.
    pub username: String,
    /// What it is about, in the words of the custom message trigger (`SignUp`, `ForgotPassword`, …).
    pub kind: &'static str,
    /// How it travels.
    pub medium: DeliveryMediumType,
    /// The full address or number.
    pub destination: String,
    /// The subject of a mail.
    pub subject: Option<String>,
    /// The rendered text.
    pub body: String,
    /// The code in it.
    pub code: Option<String>,
    /// The link in it.
    pub link: Option<String>,
    /// The temporary password in it.
    pub temporary_password: Option<String>,
    /// The ARN of the function that got it to deliver, in place of Amazon SES or SNS.
    pub delivered_by: Option<String>,
}

/// Shows no text, since it may hold a code or a password.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("sent", &self.sent)
            .field("user_pool_id", &self.user_pool_id)
            .field("username", &self.username)
            .field("kind", &self.kind)
            .field("medium", &self.medium)
            .finish_non_exhaustive()
    }
}

/// The last messages, bounded.
#[derive(Debug)]
pub struct Outbox {
    kept: Mutex<Kept>,
    arrived: Notify,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<Arc<Message>>,
    last_id: u64,
}

impl Outbox {
    /// An empty outbox that keeps the last `capacity` messages.
    pub fn new(capacity: usize) -> Self {
        Self {
            kept: Mutex::default(),
            arrived: Notify::new(),
            capacity: capacity.max(1),
        }
    }

    /// Keeps `message` under the next id, which it returns, and wakes those who wait.
    pub fn send(&self, mut message: Message) -> u64 {
        let mut kept = self.kept();
        kept.last_id += 1;
        message.id = kept.last_id;
        if kept.messages.len() == self.capacity {
            kept.messages.pop_front();
        }
        let id = message.id;
        kept.messages.push_back(Arc::new(message));
        drop(kept);
        self.arrived.notify_waiters();
        id
    }

    /// The kept messages with an id above `id`, oldest first.
    pub fn after(&self, id: u64) -> Vec<Arc<Message>> {
        let kept = self.kept();
        let start = kept.messages.partition_point(|message| message.id <= id);
        kept.messages.range(start..).cloned().collect()
    }

    /// The messages above `id` that `wanted` picks; waits until there is one, or `patience` (real
    /// time) is over.
    pub async fn wait_after(
        &self,
        id: u64,
        patience: std::time::Duration,
        wanted: impl Fn(&Message) -> bool,
    ) -> Vec<Arc<Message>> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let arrival = self.arrived.notified();
            tokio::pin!(arrival);
            // Registered before looking, so that a message between look and wait is not missed.
            arrival.as_mut().enable();
            let mut found = self.after(id);
            found.retain(|message| wanted(message));
            if !found.is_empty() || tokio::time::timeout_at(deadline, arrival).await.is_err() {
                return found;
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formatted_message_tells_no_secret() {
        let message = Message {
            subject: Some("subject kept".into()),
            code: Some("code kept".into()),
            link: Some("link kept".into()),
            temporary_password: Some("password kept".into()),
            ..message("body kept")
        };
        let shown = format!("{message:?}");
        assert!(shown.contains("bob") && !shown.contains("kept"), "{shown}");
    }

    fn message(body: &str) -> Message {
        Message {
            id: 0,
            sent: Timestamp(0),
            user_pool_id: "us-east-1_a".into(),
            username: "bob".into(),
            kind: "SignUp",
            medium: DeliveryMediumType::Email,
            destination: "bob@example.com".into(),
            subject: None,
            body: body.into(),
            code: None,
            link: None,
            temporary_password: None,
            delivered_by: None,
        }
    }

    #[test]
    fn only_the_last_messages_are_kept_and_ids_go_on() {
        let outbox = Outbox::new(2);
        for body in ["one", "two", "three"] {
            outbox.send(message(body));
        }
        let bodies: Vec<_> = outbox
            .after(0)
            .iter()
            .map(|kept| kept.body.clone())
            .collect();
        assert_eq!(bodies, ["two", "three"]);
        assert_eq!(outbox.after(2).len(), 1);
    }

    #[tokio::test]
    async fn a_waiter_is_woken_by_the_message_it_wants() {
        let outbox = Arc::new(Outbox::new(9));
        let waiter = {
            let outbox = Arc::clone(&outbox);
            tokio::spawn(async move {
                let patience = std::time::Duration::from_secs(30);
                outbox
                    .wait_after(0, patience, |kept| kept.body == "two")
                    .await
            })
        };
        tokio::task::yield_now().await;
        outbox.send(message("one"));
        outbox.send(message("two"));
        assert_eq!(waiter.await.unwrap().len(), 1);
    }
}
