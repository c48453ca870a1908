//! Branches: what a snapshot holds, again in an account of its own, so that tests that run at the same time
//! have the same users without sharing them. And copies of one pool beside it.
//!
//! The ids of a copy follow from its account and the old ids: they are the same in every run.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::digest;

use crate::context::{Caller, Context, Shared, Snapshot};
use crate::model::{ClientId, PoolId};
use crate::store::user_pool::branch::Names;
use crate::store::user_pool::{Picture, UserPool};

/// The accounts that branches get which name none begin behind this one.
const FIRST: u64 = 900_000_000_000;

/// How often other clones may come in between.
const CLONES_AT_ONCE: usize = 64;

/// A pool that was copied.
pub struct Copied {
    /// The copy.
    pub pool: Arc<UserPool>,
    /// The id of the other one.
    pub old: PoolId,
    /// The ids of its clients, by those of the other one's.
    pub clients: BTreeMap<ClientId, ClientId>,
}

/// Copies the pools of a snapshot into an account that has none, or into a new one. It hashes each password.
///
/// # Errors
/// An account that has pools, and what stands in the way of a name.
pub fn branch(
    shared: &Arc<Shared>,
    snapshot: &Snapshot,
    account: Option<String>,
) -> Result<(String, Vec<Copied>), String> {
    let has_pools = |account: &str| {
        let pools = shared.store.all_pools();
        pools.iter().any(|pool| pool.account == account)
    };
    let account = shared.branches.begin(account, FIRST, has_pools)?;
    let branches = shared.branches.all();
    let pools = snapshot.pools.pools.iter().map(|one| &one.pool);
    // Those of other branches are copies themselves.
    let pools = pools.filter(|pool| !branches.contains(&pool.account));
    let named: Vec<_> = pools.map(|pool| (pool, names(pool, &account, 0))).collect();
    match add(shared, &named) {
        Ok(copied) => {
            copy_rules(shared, snapshot, &copied);
            Ok((account, copied))
        }
        Err(fault) => {
            shared.branches.end(&account);
            Err(fault)
        }
    }
}

/// Drops a branch; how many pools it had, if there is one.
pub fn drop_branch(shared: &Arc<Shared>, account: &str) -> Option<usize> {
    if !shared.branches.all().contains(account) {
        return None;
    }
    let cx = context(shared, account);
    let mut pools = cx.store.all_pools();
    pools.retain(|pool| pool.account == account);
    let is_of = |id: &str| pools.iter().any(|pool| *pool.id == *id);
    for pool in &pools {
        // One that somebody deleted is gone as it should.
        let _ = cx.store.remove_pool(pool, |_| Ok(()));
    }
    shared.outbox.remove(|message| is_of(&message.user_pool_id));
    shared.faults.put_back(&[], Some(account), Some(&is_of));
    shared.risk_rules.put_back(&[], Some(&is_of));
    shared.undeliverable.put_back(&[], Some(&is_of));
    shared.trigger_rules.put_back(&[], Some(&is_of));
    // Last: the next branch may get this account, and with it the ids that its pools and clients had.
    shared.branches.end(account).then_some(pools.len())
}

/// Copies a pool within its account.
///
/// # Errors
/// What stands in the way of a name.
pub fn clone_pool(shared: &Arc<Shared>, pool: &Picture) -> Result<Copied, String> {
    let is_free = |names: &Names| {
        let taken = |client: &ClientId| shared.store.client(client).is_ok();
        shared.store.pool(&names.pool).is_err() && !names.clients.values().any(taken)
    };
    let clones = (1..).map(|clone| names(pool, &pool.account, clone));
    let mut fault = None;
    // Between the look and the claim somebody else may have taken the names.
    for names in clones.filter(is_free).take(CLONES_AT_ONCE) {
        match add(shared, &[(pool, names)]) {
            Ok(copied) => {
                let mut copied = copied.into_iter();
                return copied.next().ok_or_else(|| "the pool is gone".into());
            }
            Err(wrong) => fault = Some(wrong),
        }
    }
    Err(fault.unwrap_or_else(|| "there are too many clones".into()))
}

fn context(shared: &Arc<Shared>, account: &str) -> Context {
    let caller = Caller {
        account: account.to_owned(),
        ..Caller::default()
    };
    Context::new(Arc::clone(shared), caller)
}

/// Adds the copies, all or none.
fn add(shared: &Arc<Shared>, named: &[(&Picture, Names)]) -> Result<Vec<Copied>, String> {
    let mut copied: Vec<Copied> = Vec::new();
    for (picture, names) in named {
        match add_one(shared, picture, names) {
            Ok(one) => copied.push(one),
            Err(fault) => {
                let cx = context(shared, &names.account);
                for one in &copied {
                    let _ = cx.store.remove_pool(&one.pool, |_| Ok(()));
                }
                return Err(fault);
            }
        }
    }
    Ok(copied)
}

fn add_one(shared: &Arc<Shared>, picture: &Picture, names: &Names) -> Result<Copied, String> {
    let cx = context(shared, &names.account);
    let pool = picture
        .branch(names, &shared.seal)
        .map_err(|error| error.reason().to_owned())?;
    let pool = Arc::new(pool);
    let mut claimed = Vec::new();
    let taken = names.clients.values().find(|client| {
        let is_free = cx.store.claim_client_id(client, &names.pool);
        if is_free {
            claimed.push(*client);
        }
        !is_free
    });
    let fault = match taken {
        Some(client) => Some(format!("there is an app client {client} already")),
        None => {
            let account = &names.account;
            let added = cx
                .store
                .add_pool_with(&names.pool, account, None, || Arc::clone(&pool));
            let fault = |_| format!("there is a user pool {} already", names.pool);
            added.err().map(fault)
        }
    };
    if let Some(fault) = fault {
        for client in claimed {
            cx.store.release_client_id(client, &pool);
        }
        return Err(fault);
    }
    Ok(Copied {
        pool,
        old: picture.id.clone(),
        clients: names.clients.clone(),
    })
}

/// What a copy is called: the account, which copy it is there, and the old id make the new one.
fn names(pool: &Picture, account: &str, clone: u32) -> Names {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuv";
    let drawn = |old: &str, alphabet: &[u8]| -> String {
        let text = format!("{account}/{clone}/{old}");
        let hash = digest::digest(&digest::SHA256, text.as_bytes());
        let letter = |byte: &u8| char::from(alphabet[usize::from(*byte) % alphabet.len()]);
        hash.as_ref().iter().map(letter).collect()
    };
    let region = pool.id.region();
    let name = drawn(&pool.id, LETTERS);
    let client = |old: &ClientId| {
        // As new ids: 26 digits of base 32, the first of them no zero.
        let digits = drawn(old, DIGITS);
        let first = drawn(old, &DIGITS[1..]);
        let text = format!("{}{}", &first[..1], &digits[1..26]);
        (old.clone(), ClientId::from(text))
    };
    Names {
        account: account.to_owned(),
        pool: PoolId::from(format!("{region}_{}", &name[..9])),
        clients: pool.state.clients.keys().map(client).collect(),
    }
}

/// Rules that name a pool hold for its copy too.
fn copy_rules(shared: &Shared, snapshot: &Snapshot, copied: &[Copied]) {
    let pools: BTreeMap<&str, &str> = copied
        .iter()
        .map(|one| (one.old.as_str(), one.pool.id.as_str()))
        .collect();
    let clients: BTreeMap<&str, &str> = copied
        .iter()
        .flat_map(|one| &one.clients)
        .map(|(old, new)| (old.as_str(), new.as_str()))
        .collect();
    shared
        .faults
        .add_renamed(&snapshot.faults, &pools, &clients);
    shared
        .risk_rules
        .add_renamed(&snapshot.risk_rules, &pools, &clients);
    shared
        .undeliverable
        .add_renamed(&snapshot.undeliverable, &pools, &clients);
    shared
        .trigger_rules
        .add_renamed(&snapshot.trigger_rules, &pools, &clients);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::context::Settings;
    use crate::test_pool::server;

    /// Whoever begins a branch while another is dropped gets another account: what is still to be taken away
    /// of the old one would be taken from the new.
    #[test]
    fn an_account_is_a_branch_until_nothing_of_it_is_left() {
        let shared = Arc::new(server(Settings::default()));
        let fixture = "UserPools: [{PoolName: one}, {PoolName: two}]";
        crate::fixtures::load_text(&shared, "f.yaml", fixture).unwrap();
        let snapshot = shared.snapshot(None);
        let (account, _) = branch(&shared, &snapshot, None).unwrap();
        let gone = Arc::new(AtomicUsize::new(0));
        shared.store.watch.begin(|| {
            let (shared, account) = (Arc::downgrade(&shared), account.clone());
            let gone = Arc::clone(&gone);
            Box::new(move |_, told| {
                let shared = shared.upgrade().unwrap();
                if told.is_gone && shared.branches.all().contains(&account) {
                    gone.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        assert_eq!(drop_branch(&shared, &account), Some(2));
        assert_eq!(gone.load(Ordering::Relaxed), 2, "pools go while it is one");
        assert_eq!(drop_branch(&shared, &account), None);
    }
}
