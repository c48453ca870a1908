//! Messages that AWS would have sent, kept so that a test can read them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::Notify;

use super::journal::{Happening, Journal};
use super::ring;
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
    /// What that user signs in by.
    pub names: Names,
    /// What it is about, in the words of the custom message trigger (`SignUp`, `ForgotPassword`, …).
    pub kind: &'static str,
    /// How it travels.
    pub medium: DeliveryMediumType,
    /// The full address or number.
    pub destination: String,
    /// Whom a mail is from.
    pub sender: String,
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
    /// What became of a mail that goes to an SMTP server too, once that is known.
    pub delivery: Option<Arc<OnceLock<Result<(), String>>>>,
}

/// The names that a user signs in by, as they were when a message was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The username, the sub, and the addresses and preferred username by which the pool knows users.
    pub all: Vec<String>,
    /// Whether the pool takes them in any letter case.
    pub any_case: bool,
}

impl Names {
    /// Whether `name` is one of them.
    pub fn has(&self, name: &str) -> bool {
        let same = |known: &String| {
            known == name || (self.any_case && known.to_lowercase() == name.to_lowercase())
        };
        self.all.iter().any(same)
    }
}

/// Which messages are meant: those that have all of what it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Messages of this pool.
    pub user_pool: Option<String>,
    /// Messages to the user who has this name.
    pub username: Option<String>,
    /// Messages to this address or number.
    pub destination: Option<String>,
    /// Messages that travel so.
    pub medium: Option<DeliveryMediumType>,
    /// Messages about this.
    pub kind: Option<String>,
}

impl Selection {
    /// Whether it means `message`.
    pub fn picks(&self, message: &Message) -> bool {
        let same = |named: &Option<String>, given: &str| {
            named.as_deref().is_none_or(|named| named == given)
        };
        let username = self.username.as_deref();
        same(&self.user_pool, &message.user_pool_id)
            && username.is_none_or(|name| message.is_to(name))
            && same(&self.destination, &message.destination)
            && same(&self.kind, message.kind)
            && self.medium.is_none_or(|medium| medium == message.medium)
    }
}

impl Message {
    /// Whether the user it is for has this name.
    pub fn is_to(&self, name: &str) -> bool {
        self.username == name || self.names.has(name)
    }
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
    /// Where else it is told that a message was sent.
    journal: Option<Arc<Journal>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Shared with snapshots until it changes.
    messages: Arc<VecDeque<Arc<Message>>>,
    last_id: u64,
}

impl Outbox {
    /// An empty outbox that keeps the last `capacity` messages.
    pub fn new(capacity: usize) -> Self {
        Self {
            kept: Mutex::default(),
            arrived: Notify::new(),
            capacity: capacity.max(1),
            journal: None,
        }
    }

    /// The same, which tells a journal of each.
    pub fn telling(capacity: usize, journal: Arc<Journal>) -> Self {
        Self {
            journal: Some(journal),
            ..Self::new(capacity)
        }
    }

    /// Keeps `message` under the next id, which it returns, and wakes those who wait.
    pub fn send(&self, message: Message) -> u64 {
        self.keep_unless(message, || false).id
    }

    /// The same, and returns the message as it is kept; one that `is_past` is not, for a restore has undone
    /// what it is of.
    pub fn keep_unless(
        &self,
        mut message: Message,
        is_past: impl FnOnce() -> bool,
    ) -> Arc<Message> {
        let mut kept = self.kept();
        kept.last_id += 1;
        message.id = kept.last_id;
        let message = Arc::new(message);
        // Asked where a restore can't come between.
        if is_past() {
            return message;
        }
        let messages = Arc::make_mut(&mut kept.messages);
        if messages.len() == self.capacity {
            messages.pop_front();
        }
        messages.push_back(Arc::clone(&message));
        // Before another message has an id, so that they are told in their order.
        if let Some(journal) = &self.journal {
            journal.tell(Happening::Message(Arc::clone(&message)));
        }
        drop(kept);
        self.arrived.notify_waiters();
        message
    }

    /// The id that was given last.
    pub fn last_id(&self) -> u64 {
        self.kept().last_id
    }

    /// The kept messages with an id above `id`, oldest first.
    pub fn after(&self, id: u64) -> Vec<Arc<Message>> {
        let kept = self.kept();
        let start = ring::start_of(&kept.messages, id, |message| message.id);
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
        let look = || {
            let mut found = self.after(id);
            found.retain(|message| wanted(message));
            found
        };
        ring::wait(&self.arrived, patience, look).await
    }

    /// The message with this id, while it is kept.
    pub fn get(&self, id: u64) -> Option<Arc<Message>> {
        let kept = self.kept();
        let at = kept.messages.partition_point(|message| message.id < id);
        let found = kept.messages.get(at).filter(|message| message.id == id);
        found.cloned()
    }

    /// Drops the messages that `unwanted` picks, and tells how many they were. Their ids are not given
    /// again.
    pub fn remove(&self, unwanted: impl Fn(&Message) -> bool) -> usize {
        let mut kept = self.kept();
        let before = kept.messages.len();
        Arc::make_mut(&mut kept.messages).retain(|message| !unwanted(message));
        before - kept.messages.len()
    }

    /// The messages as they are.
    pub fn image(&self) -> Arc<VecDeque<Arc<Message>>> {
        Arc::clone(&self.kept().messages)
    }

    /// Puts messages back: all, or those of pools that `is_meant` means in place of those that there are of
    /// them. Ids are not given again.
    pub fn put_back(
        &self,
        image: &Arc<VecDeque<Arc<Message>>>,
        is_meant: Option<&dyn Fn(&str) -> bool>,
    ) {
        let mut kept = self.kept();
        kept.messages = match is_meant {
            None => Arc::clone(image),
            Some(is_meant) => {
                let others = kept
                    .messages
                    .iter()
                    .filter(|one| !is_meant(&one.user_pool_id));
                let back = image.iter().filter(|one| is_meant(&one.user_pool_id));
                let mut messages: Vec<_> = others.chain(back).cloned().collect();
                messages.sort_by_key(|message| message.id);
                let surplus = messages.len().saturating_sub(self.capacity);
                Arc::new(messages.drain(surplus..).collect())
            }
        };
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
            names: Names::default(),
            kind: "SignUp",
            medium: DeliveryMediumType::Email,
            destination: "bob@example.com".into(),
            sender: "no-reply@verificationemail.com".into(),
            subject: None,
            body: body.into(),
            code: None,
            link: None,
            temporary_password: None,
            delivered_by: None,
            delivery: None,
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

    #[test]
    fn a_selection_needs_all_that_it_names() {
        let message = Message {
            names: Names {
                all: vec!["bob".into(), "Bob@example.com".into()],
                any_case: false,
            },
            ..message("text")
        };
        let some = |text: &str| Some(text.to_owned());
        let all = Selection {
            user_pool: some("us-east-1_a"),
            username: some("Bob@example.com"),
            destination: some("bob@example.com"),
            medium: Some(DeliveryMediumType::Email),
            kind: some("SignUp"),
        };
        assert!(all.picks(&message) && Selection::default().picks(&message));
        let others = [
            Selection {
                user_pool: some("us-east-1_b"),
                ..all.clone()
            },
            Selection {
                username: some("bob@example.com"),
                ..all.clone()
            },
            Selection {
                destination: some("ann@example.com"),
                ..all.clone()
            },
            Selection {
                medium: Some(DeliveryMediumType::Sms),
                ..all.clone()
            },
            Selection {
                kind: some("ResendCode"),
                ..all.clone()
            },
        ];
        for other in others {
            assert!(!other.picks(&message), "{other:?}");
        }
        let mut message = message;
        message.names.any_case = true;
        let other_case = Selection {
            username: some("bOB@example.com"),
            ..all
        };
        assert!(other_case.picks(&message));
    }

    #[test]
    fn removed_messages_leave_their_ids_unused() {
        let outbox = Outbox::new(9);
        for body in ["one", "two", "three"] {
            outbox.send(message(body));
        }
        assert_eq!(outbox.remove(|kept| kept.body != "two"), 2);
        assert!(outbox.get(1).is_none() && outbox.get(3).is_none() && outbox.get(9).is_none());
        assert_eq!(outbox.get(2).unwrap().body, "two");
        assert_eq!(outbox.remove(|_| true), 1);
        assert_eq!(outbox.send(message("four")), 4);
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
