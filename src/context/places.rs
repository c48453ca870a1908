//! Places for calls, which bound how many are worked on at once. A call that waits on the outside (a
//! document of others, a function) works at nothing, so it gives its place to another meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::Context;

/// Places of calls that are worked on, and of calls that wait on the outside.
#[derive(Debug)]
pub struct Places {
    working: Semaphore,
    outside: Semaphore,
}

/// As many as there may be: the bounds of a server are those of its listener.
impl Default for Places {
    fn default() -> Self {
        Self::new(Semaphore::MAX_PERMITS, Semaphore::MAX_PERMITS)
    }
}

impl Places {
    /// So many places for calls that are worked on, and for those that wait on the outside.
    pub fn new(working: usize, outside: usize) -> Self {
        let places = |count: usize| Semaphore::new(count.clamp(1, Semaphore::MAX_PERMITS));
        Self {
            working: places(working),
            outside: places(outside),
        }
    }

    /// A place for a call to be worked on; waits until there is one.
    pub async fn take(&self) -> Option<SemaphorePermit<'_>> {
        // An error only when the semaphore is closed, which nothing does.
        self.working.acquire().await.ok()
    }
}

/// Whether the call of a context has a place among those that are worked on.
#[derive(Debug, Default)]
pub(super) struct HasPlace(AtomicBool);

/// The place is the call's, not its copy's.
impl Clone for HasPlace {
    fn clone(&self) -> Self {
        Self::default()
    }
}

// A call is one task's, so no order among threads is needed.
impl HasPlace {
    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, has_place: bool) {
        self.0.store(has_place, Ordering::Relaxed);
    }
}

/// A call's place; free again when it is dropped, unless the call has given it back before.
#[must_use]
pub struct Held<'a>(&'a Context);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.give_place_back();
    }
}

impl Context {
    /// Works in `place`, one of `Shared::places`, until what this
    /// returns is dropped.
    pub fn hold(&self, place: Option<SemaphorePermit<'_>>) -> Held<'_> {
        self.take_place(place);
        Held(self)
    }

    fn take_place(&self, place: Option<SemaphorePermit<'_>>) {
        if let Some(place) = place {
            place.forget();
            self.has_place.set(true);
        }
    }

    /// Waits for `work` of others, on the outside. Meanwhile the call's own place is another's; the
    /// waiting is bounded by places of its own. Who waits for one of them has no other place either: what
    /// all those on the outside wait for may be a call of their own, which is to be worked on here.
    pub async fn outside<T>(&self, work: impl Future<Output = T>) -> T {
        let places = &self.shared.places;
        let had_place = self.give_place_back();
        let outside = places.outside.acquire().await;
        let done = work.await;
        // First, for those who wait for it may have all the places that are worked in.
        drop(outside);
        if had_place {
            self.take_place(places.take().await);
        }
        done
    }

    /// Whether there was a place to be given back.
    fn give_place_back(&self) -> bool {
        let had_place = self.has_place.get();
        if had_place {
            self.has_place.set(false);
            self.shared.places.working.add_permits(1);
        }
        had_place
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::{Clock, Timestamp};
    use crate::context::{Caller, Settings, Shared};
    use crate::entropy::Entropy;

    fn context(places: Places) -> Context {
        let clock = Clock::frozen_at(Timestamp(0));
        let mut shared = Shared::new(clock, Entropy::from_seed(1), Settings::default());
        shared.places = places;
        Context::new(Arc::new(shared), Caller::default())
    }

    /// Places that are free: of those that are worked in, and on the outside.
    fn free(cx: &Context) -> (usize, usize) {
        let places = &cx.shared.places;
        (
            places.working.available_permits(),
            places.outside.available_permits(),
        )
    }

    #[tokio::test]
    async fn a_call_that_waits_on_the_outside_has_no_place_among_those_that_work() {
        let cx = context(Places::new(2, 2));
        let held = cx.hold(cx.shared.places.take().await);
        assert_eq!(free(&cx), (1, 2));
        let seen = cx.outside(async { free(&cx) }).await;
        assert_eq!((seen, free(&cx)), ((2, 1), (1, 2)));
        // Who has none, such as a copy, takes none.
        let copy = cx.clone();
        let seen = copy.outside(async { free(&cx) }).await;
        assert_eq!((seen, free(&cx)), ((1, 1), (1, 2)));
        drop(held);
        assert_eq!(free(&cx), (2, 2));
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_leaves_its_places_as_they_were() {
        let cx = context(Places::new(1, 1));
        let held = cx.hold(cx.shared.places.take().await);
        {
            let mut waits = std::pin::pin!(cx.outside(std::future::pending::<()>()));
            let polled = std::future::poll_fn(|task| {
                std::task::Poll::Ready(waits.as_mut().poll(task).is_pending())
            });
            assert!(polled.await);
            assert_eq!(free(&cx), (1, 0));
        }
        drop(held);
        assert_eq!(free(&cx), (1, 1));
    }

    #[tokio::test]
    async fn those_who_wait_to_wait_keep_nobody_from_being_worked_on() {
        let cx = context(Places::new(1, 1));
        let (calls_back, answered) = tokio::sync::oneshot::channel::<()>();
        let (first, second) = (cx.clone(), cx.clone());
        let first = tokio::spawn(async move {
            let _held = first.hold(first.shared.places.take().await);
            first.outside(answered).await.unwrap();
        });
        tokio::task::yield_now().await;
        let second = tokio::spawn(async move {
            let _held = second.hold(second.shared.places.take().await);
            second.outside(std::future::ready(())).await;
        });
        tokio::task::yield_now().await;
        assert_eq!(free(&cx), (1, 0));
        // What the first waits for.
        drop(cx.hold(cx.shared.places.take().await));
        calls_back.send(()).unwrap();
        first.await.unwrap();
        second.await.unwrap();
        assert_eq!(free(&cx), (1, 1));
    }

    #[tokio::test]
    async fn calls_that_wait_on_the_outside_are_bounded_and_come_back_in_turn() {
        let cx = context(Places::new(1, 1));
        let calls = (0..20).map(|_| {
            let cx = cx.clone();
            tokio::spawn(async move {
                let held = cx.hold(cx.shared.places.take().await);
                for _ in 0..3 {
                    let outside = cx.outside(async {
                        let (_, outside) = free(&cx);
                        tokio::task::yield_now().await;
                        outside
                    });
                    assert_eq!(outside.await, 0);
                    tokio::task::yield_now().await;
                }
                drop(held);
            })
        });
        let calls: Vec<_> = calls.collect();
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!(free(&cx), (1, 1));
    }
}
