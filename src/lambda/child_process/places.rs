//! Who gets a process: at most so many of them at once over all handlers, each with one event at a time.
//!
//! A caller takes a warm process of its function, or the room for a new one. Where there is no room left,
//! the process that has been idle longest gives way, and where none is idle, callers wait: the first first,
//! but a process that comes free goes to a caller of its own function, as long as nobody has waited too
//! long for that. Starts take turns: a crowd of callers is sooner served by the first processes than by a
//! machine that starts them all.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::LOOK;
use super::process::Process;

/// Who has waited as long as this is served before a process goes on with its own function.
const PATIENCE: Duration = Duration::from_millis(250);

/// A process that has answered asks for the next event at once, so that it is worth waiting for; one that
/// takes as long as this is busy with something else.
const AT_ONCE: Duration = Duration::from_millis(250);

/// A start that takes longer than this waits for something, and keeps no other from starting.
const BUSY_START: Duration = Duration::from_secs(1);

/// Which function runs what code: processes of one key are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) handler: u64,
    pub(super) arn: String,
    /// Of the code as it was read when the process began, see `files`.
    pub(super) fingerprint: u64,
}

impl Key {
    /// Whether it is the same function with other code.
    fn is_other_code_of(&self, other: &Self) -> bool {
        (self.handler, &self.arn) == (other.handler, &other.arn)
            && self.fingerprint != other.fingerprint
    }
}

/// Names a process's place, from before its start until after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeatId(u64);

struct Seat {
    id: SeatId,
    key: Arc<Key>,
    standing: Standing,
    process: Option<Arc<Process>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Somebody has it, and waits for it to load its function.
    Starting {
        since: Instant,
    },
    /// Somebody has it.
    Taken,
    Idle {
        since: Instant,
    },
    /// It has answered and does not ask for the next event yet.
    Returning {
        since: Instant,
    },
    /// It is being ended; the room is free once it is gone.
    Ending,
}

/// What a caller gets.
pub(super) enum Grant {
    /// A process that waits for an event.
    Warm(SeatId, Arc<Process>),
    /// The room to start one.
    Room(SeatId),
}

/// How a waiting caller is told.
pub(super) trait Caller {
    /// Whether it waits no more.
    fn has_left(&self) -> bool;
}

struct Waiting<W> {
    key: Arc<Key>,
    since: Instant,
    whom: W,
}

/// All places, and who waits for one.
pub(super) struct Places<W> {
    most: usize,
    starts_at_once: usize,
    is_closed: bool,
    seats: Vec<Seat>,
    waiting: VecDeque<Waiting<W>>,
    last_id: u64,
    settled: Option<Instant>,
}

/// What follows from a change: callers to be told, and processes to be ended, once the lock is free.
pub(super) struct Settled<W> {
    pub(super) granted: Vec<(W, Grant)>,
    pub(super) ended: Vec<Arc<Process>>,
}

impl<W> Settled<W> {
    fn nothing() -> Self {
        Self {
            granted: Vec::new(),
            ended: Vec::new(),
        }
    }
}

impl<W: Caller> Places<W> {
    /// Room for `most` processes at once, but for one at least.
    pub(super) fn new(most: usize, starts_at_once: usize) -> Self {
        Self {
            most: most.max(1),
            starts_at_once,
            is_closed: false,
            seats: Vec::new(),
            waiting: VecDeque::new(),
            last_id: 0,
            settled: None,
        }
    }

    /// Somebody wants a process. Idle ones with older code are of no use to anybody.
    pub(super) fn ask(&mut self, key: Key, whom: W, now: Instant) -> Settled<W> {
        let mut ended = Vec::new();
        for seat in &mut self.seats {
            if matches!(seat.standing, Standing::Idle { .. }) && seat.key.is_other_code_of(&key) {
                ended.extend(seat.end());
            }
        }
        if !self.is_closed {
            self.waiting.push_back(Waiting {
                key: Arc::new(key),
                since: now,
                whom,
            });
        }
        let mut settled = self.settle(now);
        settled.ended.append(&mut ended);
        settled
    }

    /// Somebody has waited for some time, and others with it: one of them has it looked at for all what
    /// has gone on for too long.
    pub(super) fn look(&mut self, now: Instant) -> Settled<W> {
        match self.settled {
            Some(settled) if now.duration_since(settled) < LOOK => Settled::nothing(),
            _ => self.settle(now),
        }
    }

    /// Serves whom it can. This comes with every event, so it must not take the longer the more wait: it
    /// goes through them only as long as there is something to be had.
    fn settle(&mut self, now: Instant) -> Settled<W> {
        self.settled = Some(now);
        let mut settled = Settled::nothing();
        self.waiting.retain(|waiting| !waiting.whom.has_left());
        let mut promised = Promised::default();
        // Who has waited too long comes first, whatever it costs the others.
        while let Some(first) = self.waiting.front() {
            if now.duration_since(first.since) < PATIENCE {
                break;
            }
            let Some(grant) = self.serve(0, now, &mut promised, &mut settled.ended) else {
                break;
            };
            settled.granted.extend(self.leave(0, grant));
        }
        let mut at = 0;
        while self.idle_longest().is_some()
            && let Some(waiting) = self.waiting.get(at)
        {
            match self.warm(&Arc::clone(&waiting.key)) {
                Some(grant) => settled.granted.extend(self.leave(at, grant)),
                None => at += 1,
            }
        }
        // Whoever is first may have been promised something above.
        let mut promised = Promised::default();
        let mut at = 0;
        while at < self.waiting.len() && self.has_room(now, &promised) {
            match self.serve(at, now, &mut promised, &mut settled.ended) {
                Some(grant) => settled.granted.extend(self.leave(at, grant)),
                None => at += 1,
            }
        }
        settled
    }

    fn leave(&mut self, at: usize, grant: Grant) -> Option<(W, Grant)> {
        let waiting = self.waiting.remove(at)?;
        Some((waiting.whom, grant))
    }

    /// What the caller at this place can have now.
    fn serve(
        &mut self,
        at: usize,
        now: Instant,
        promised: &mut Promised,
        ended: &mut Vec<Arc<Process>>,
    ) -> Option<Grant> {
        let key = Arc::clone(&self.waiting.get(at)?.key);
        if let Some(grant) = self.warm(&key) {
            return Some(grant);
        }
        if let Some(id) = self.returning(&key, now, promised) {
            promised.seats.push(id);
            return None;
        }
        if !self.has_room(now, promised) {
            return None;
        }
        if self.seats.len() < self.most {
            return Some(self.room(key, now));
        }
        if promised.rooms >= self.ending()
            && let Some(idle) = self.idle_longest()
        {
            ended.extend(idle.end());
        }
        promised.rooms += 1;
        None
    }

    /// Whether one more caller could have a room: one that there is, that comes free, or that an idle
    /// process gives up.
    fn has_room(&mut self, now: Instant, promised: &Promised) -> bool {
        let is_busy = |seat: &Seat| match seat.standing {
            Standing::Starting { since } => now.duration_since(since) < BUSY_START,
            _ => false,
        };
        self.count(is_busy) < self.starts_at_once
            && (self.seats.len() < self.most
                || promised.rooms < self.ending()
                || self.idle_longest().is_some())
    }

    fn ending(&self) -> usize {
        self.count(|seat| seat.standing == Standing::Ending)
    }

    /// The process of this function that was used last, so that those too many grow old.
    fn warm(&mut self, key: &Key) -> Option<Grant> {
        let idle = |seat: &&mut Seat| match seat.standing {
            Standing::Idle { since } => (*seat.key == *key).then_some(since),
            _ => None,
        };
        let seat = self
            .seats
            .iter_mut()
            .filter(|seat| idle(seat).is_some())
            .max_by_key(|seat| idle(seat))?;
        let process = seat.process.clone()?;
        seat.standing = Standing::Taken;
        Some(Grant::Warm(seat.id, process))
    }

    fn returning(&self, key: &Key, now: Instant, promised: &Promised) -> Option<SeatId> {
        let comes = |seat: &&Seat| match seat.standing {
            Standing::Returning { since } => {
                *seat.key == *key
                    && now.duration_since(since) < AT_ONCE
                    && !promised.seats.contains(&seat.id)
            }
            _ => false,
        };
        self.seats.iter().find(comes).map(|seat| seat.id)
    }

    fn idle_longest(&mut self) -> Option<&mut Seat> {
        let idle = |seat: &Seat| match seat.standing {
            Standing::Idle { since } => Some(since),
            _ => None,
        };
        self.seats
            .iter_mut()
            .filter(|seat| idle(seat).is_some())
            .min_by_key(|seat| idle(seat))
    }

    fn room(&mut self, key: Arc<Key>, now: Instant) -> Grant {
        self.last_id += 1;
        let id = SeatId(self.last_id);
        self.seats.push(Seat {
            id,
            key,
            standing: Standing::Starting { since: now },
            process: None,
        });
        Grant::Room(id)
    }

    fn count(&self, which: impl Fn(&Seat) -> bool) -> usize {
        self.seats.iter().filter(|seat| which(seat)).count()
    }

    fn seat(&mut self, id: SeatId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.id == id)
    }

    /// A process was started on this seat; one that is to end by now does so at once.
    pub(super) fn sit(&mut self, id: SeatId, process: Arc<Process>) {
        if let Some(seat) = self.seat(id) {
            if seat.standing == Standing::Ending {
                process.end();
            }
            seat.process = Some(process);
        }
    }

    /// A caller gives a seat back: its process has answered, or was not used at all. One that stands ready
    /// for the next event is idle; the others say so later.
    pub(super) fn give_back(&mut self, id: SeatId, now: Instant) -> Settled<W> {
        if let Some(seat) = self.seat(id)
            && matches!(seat.standing, Standing::Taken | Standing::Starting { .. })
        {
            let Some(process) = &seat.process else {
                // Nothing was started on it.
                return self.gone(id, now);
            };
            seat.standing = if process.exchange.is_free() {
                Standing::Idle { since: now }
            } else {
                Standing::Returning { since: now }
            };
        }
        self.settle(now)
    }

    /// A process asks for its next event.
    pub(super) fn returned(&mut self, id: SeatId, now: Instant) -> Settled<W> {
        if let Some(seat) = self.seat(id) {
            match seat.standing {
                Standing::Returning { .. } => seat.standing = Standing::Idle { since: now },
                Standing::Starting { .. } => seat.standing = Standing::Taken,
                Standing::Taken | Standing::Idle { .. } | Standing::Ending => {}
            }
        }
        self.settle(now)
    }

    /// A process must end: nobody may use it from now on.
    pub(super) fn end(&mut self, id: SeatId) -> Option<Arc<Process>> {
        self.seat(id)?.end()
    }

    /// A process is gone, and its seat with it.
    pub(super) fn gone(&mut self, id: SeatId, now: Instant) -> Settled<W> {
        self.seats.retain(|seat| seat.id != id);
        self.settle(now)
    }

    /// Every process must end, and nobody gets another.
    pub(super) fn close(&mut self) -> Vec<Arc<Process>> {
        self.is_closed = true;
        self.waiting.clear();
        self.seats.iter_mut().filter_map(Seat::end).collect()
    }

    /// How many processes there are, those that start or end among them.
    pub(super) fn taken(&self) -> usize {
        self.seats.len()
    }
}

impl Seat {
    fn end(&mut self) -> Option<Arc<Process>> {
        self.standing = Standing::Ending;
        self.process.clone()
    }
}

/// What callers further ahead reckon with.
#[derive(Default)]
struct Promised {
    /// Processes that come back.
    seats: Vec<SeatId>,
    /// Rooms that come free.
    rooms: usize,
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::super::exchange::Exchange;
    use super::super::output::Output;
    use super::*;

    /// A caller with a name, who may leave.
    #[derive(Debug, Clone)]
    struct Somebody(&'static str, Rc<Cell<bool>>);

    impl Caller for Somebody {
        fn has_left(&self) -> bool {
            self.1.get()
        }
    }

    fn called(name: &'static str) -> Somebody {
        Somebody(name, Rc::default())
    }

    fn key(arn: &str) -> Key {
        key_of_code(arn, 0)
    }

    fn key_of_code(arn: &str, fingerprint: u64) -> Key {
        Key {
            handler: 1,
            arn: arn.to_owned(),
            fingerprint,
        }
    }

    /// A process that waits for an event.
    fn free() -> Arc<Process> {
        let (exchange, _starts) = Exchange::new(|| {});
        let process = Arc::new(Process::new(exchange, Output::new("f")));
        process.exchange.ask().unwrap();
        process
    }

    /// Who got what: a name with `+` for a warm process, with `*` for room.
    fn who(settled: &Settled<Somebody>) -> Vec<String> {
        let mark = |grant: &Grant| match grant {
            Grant::Warm(..) => "+",
            Grant::Room(_) => "*",
        };
        let granted = settled.granted.iter();
        granted
            .map(|(whom, grant)| format!("{}{}", whom.0, mark(grant)))
            .collect()
    }

    fn seat_of(settled: &Settled<Somebody>) -> SeatId {
        match settled.granted.first() {
            Some((_, Grant::Warm(id, _) | Grant::Room(id))) => *id,
            None => panic!("nobody got anything"),
        }
    }

    /// Asks, starts a process and gives it back, so that it is idle since `now`.
    fn idle(places: &mut Places<Somebody>, arn: &str, now: Instant) -> SeatId {
        let seat = seat_of(&places.ask(key(arn), called("first"), now));
        places.sit(seat, free());
        assert!(who(&places.give_back(seat, now)).is_empty());
        seat
    }

    #[test]
    fn a_warm_process_is_taken_before_room_and_the_last_used_first() {
        let now = Instant::now();
        let mut places = Places::new(3, 8);
        let one = seat_of(&places.ask(key("a"), called("one"), now));
        let two = seat_of(&places.ask(key("a"), called("two"), now));
        for (seat, later) in [(two, 0), (one, 1)] {
            places.sit(seat, free());
            places.give_back(seat, now + Duration::from_millis(later));
        }
        let settled = places.ask(key("a"), called("three"), now);
        assert_eq!(
            (who(&settled), seat_of(&settled)),
            (vec!["three+".to_owned()], one)
        );
        assert_eq!(who(&places.ask(key("b"), called("four"), now)), ["four*"]);
    }

    #[test]
    fn the_longest_idle_gives_way_and_its_room_comes_when_it_is_gone() {
        let now = Instant::now();
        let mut places = Places::new(2, 8);
        let old = idle(&mut places, "a", now);
        idle(&mut places, "b", now + Duration::from_millis(1));
        let settled = places.ask(key("c"), called("c"), now);
        assert_eq!((who(&settled).len(), settled.ended.len()), (0, 1));
        // It has been promised already, and nobody else gives way for it.
        assert!(places.settle(now).ended.is_empty());
        assert_eq!(who(&places.gone(old, now)), ["c*"]);
    }

    #[test]
    fn a_process_that_comes_back_is_waited_for_unless_it_takes_long() {
        let now = Instant::now();
        let mut places = Places::new(4, 8);
        let seat = seat_of(&places.ask(key("a"), called("one"), now));
        let (exchange, _starts) = Exchange::new(|| {});
        places.sit(seat, Arc::new(Process::new(exchange, Output::new("f"))));
        places.give_back(seat, now);
        assert!(who(&places.ask(key("a"), called("two"), now)).is_empty());
        // It comes back for one only.
        assert_eq!(who(&places.ask(key("a"), called("three"), now)), ["three*"]);
        assert_eq!(who(&places.settle(now + AT_ONCE)), ["two*"]);
        assert!(who(&places.ask(key("a"), called("four"), now)).is_empty());
        assert_eq!(who(&places.returned(seat, now)), ["four+"]);
    }

    #[test]
    fn a_free_process_goes_to_its_own_function_until_another_has_waited_too_long() {
        let now = Instant::now();
        let mut places = Places::new(1, 8);
        let seat = seat_of(&places.ask(key("a"), called("one"), now));
        places.sit(seat, free());
        for (name, arn) in [("b", "b"), ("a", "a"), ("again", "a")] {
            assert!(who(&places.ask(key(arn), called(name), now)).is_empty());
        }
        assert_eq!(who(&places.give_back(seat, now)), ["a+"]);
        let settled = places.give_back(seat, now + PATIENCE);
        assert_eq!((who(&settled).len(), settled.ended.len()), (0, 1));
        assert_eq!(who(&places.gone(seat, now + PATIENCE)), ["b*"]);
    }

    #[test]
    fn idle_processes_of_older_code_end_when_newer_is_asked_for() {
        let now = Instant::now();
        let mut places = Places::new(4, 8);
        idle(&mut places, "a", now);
        let settled = places.ask(key_of_code("a", 1), called("new"), now);
        assert_eq!(
            (who(&settled), settled.ended.len()),
            (vec!["new*".to_owned()], 1)
        );
    }

    #[test]
    fn who_has_left_gets_nothing_and_nothing_is_left_of_an_unused_room() {
        let now = Instant::now();
        let mut places = Places::new(1, 8);
        let seat = seat_of(&places.ask(key("a"), called("one"), now));
        let gone = called("gone");
        places.ask(key("a"), gone.clone(), now);
        places.ask(key("a"), called("stays"), now);
        gone.1.set(true);
        assert_eq!(who(&places.give_back(seat, now)), ["stays*"]);
        assert_eq!(places.taken(), 1);
    }

    #[test]
    fn starts_take_turns_unless_one_takes_long() {
        let now = Instant::now();
        let mut places = Places::new(8, 1);
        let one = seat_of(&places.ask(key("a"), called("one"), now));
        for name in ["two", "three"] {
            assert!(who(&places.ask(key("a"), called(name), now)).is_empty());
        }
        places.sit(one, free());
        assert_eq!(who(&places.returned(one, now)), ["two*"]);
        assert_eq!(who(&places.give_back(one, now)), ["three+"]);
        assert!(who(&places.ask(key("b"), called("four"), now)).is_empty());
        assert_eq!(who(&places.settle(now + BUSY_START)), ["four*"]);
    }

    #[test]
    fn of_a_crowd_that_waits_one_looks_for_all() {
        let now = Instant::now();
        let mut places = Places::new(8, 1);
        let first = seat_of(&places.ask(key("a"), called("one"), now));
        for _ in 0..200 {
            places.ask(key("a"), called("crowd"), now + LOOK);
        }
        let late = now + BUSY_START;
        places.ask(key("a"), called("late"), late - LOOK / 2);
        assert!(who(&places.look(late)).is_empty());
        assert_eq!(who(&places.look(late + LOOK)), ["crowd*"]);
        places.sit(first, free());
        assert_eq!(who(&places.returned(first, late + LOOK)).len(), 0);
        assert_eq!(who(&places.give_back(first, late + LOOK)), ["crowd+"]);
    }

    #[test]
    fn closed_places_are_given_to_nobody() {
        let now = Instant::now();
        let mut places = Places::new(2, 8);
        let seat = idle(&mut places, "a", now);
        assert_eq!(places.close().len(), 1);
        assert!(who(&places.ask(key("a"), called("late"), now)).is_empty());
        assert!(who(&places.gone(seat, now)).is_empty());
        assert_eq!(places.taken(), 0);
    }
}
