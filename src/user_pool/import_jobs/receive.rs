//! The bytes of an import file as they arrive.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use super::upload::{Fault, forget_expired};
use crate::context::Shared;
use crate::store::user_pool::import_job::{LARGEST, UNIT, Upload};

impl Upload {
    /// Adds what has come.
    ///
    /// # Errors
    /// More than a file may have, or than there is room for.
    pub fn push(&mut self, shared: &Shared, data: &[u8]) -> Result<(), Fault> {
        let length = self.bytes.len() + data.len();
        if length > LARGEST {
            return Err(Fault::TooLarge(length as u64));
        }
        self.take_room(shared, length)?;
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    /// Takes room for `length` bytes in all.
    pub(super) fn take_room(&mut self, shared: &Shared, length: usize) -> Result<(), Fault> {
        let taken = self.taken.as_ref();
        let has = taken.map_or(0, OwnedSemaphorePermit::num_permits);
        let lacks = u32::try_from(length.div_ceil(UNIT).saturating_sub(has)).unwrap_or(u32::MAX);
        if lacks > 0 {
            let ask = || Arc::clone(&self.room.0).try_acquire_many_owned(lacks);
            let more = ask().or_else(|_| {
                forget_expired(shared);
                ask()
            });
            let more = more.map_err(|_| Fault::Busy)?;
            match &mut self.taken {
                Some(taken) => taken.merge(more),
                None => self.taken = Some(more),
            }
        }
        Ok(())
    }
}
