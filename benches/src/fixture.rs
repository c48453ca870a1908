//! The fixtures of the measurements, in a folder that is removed at the end.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::Outcome;

/// The pool that most measurements use.
pub(crate) const POOL: &str = "us-east-1_Bench0000";

/// Its client.
pub(crate) const CLIENT: &str = "1poolhouse0bench0client000";

/// The password of every user.
pub(crate) const PASSWORD: &str = "Poolhouse-1";

/// Users of `POOL`.
pub(crate) const USERS: usize = 100;

/// Pools beside `POOL` that writers write to, and users of each.
pub(crate) const WRITERS: usize = 16;

/// A folder of this run.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn create() -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("poolhouse-bench-{}", std::process::id()));
        std::fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Outcome<PathBuf> {
        let path = self.0.join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // It is in the folder for temporary files: what cannot be removed now is removed some day.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

/// The name of a user; the first has number 1, as `Count` counts.
pub(crate) fn user(number: usize) -> String {
    format!("user{number}")
}

/// The id of the pool of a writer, counted from 1.
pub(crate) fn writer_pool(number: usize) -> String {
    format!("us-east-1_Bench{number:04}")
}

/// `POOL` with its users, and the pools of the writers.
pub(crate) fn small() -> Value {
    let mut pools = vec![pool(POOL, USERS, Some(CLIENT))];
    pools.extend((1..=WRITERS).map(|number| pool(&writer_pool(number), WRITERS, None)));
    json!({ "UserPools": pools })
}

/// One pool with many users.
pub(crate) fn large(users: usize) -> Value {
    json!({ "UserPools": [pool(POOL, users, None)] })
}

fn pool(id: &str, users: usize, client: Option<&str>) -> Value {
    let clients: Vec<Value> = client
        .into_iter()
        .map(|id| {
            json!({ "ClientId": id, "ClientName": "bench", "ExplicitAuthFlows": [
                "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
            ]})
        })
        .collect();
    json!({
        "Id": id,
        "PoolName": "bench",
        "Clients": clients,
        "Users": [{
            "Username": "user{n}",
            "Count": users,
            "Password": PASSWORD,
            "UserAttributes": [
                { "Name": "email", "Value": "user{n}@example.com" },
                { "Name": "email_verified", "Value": "true" },
            ],
        }],
    })
}
