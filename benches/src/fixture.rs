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

/// A pool of the shape of `POOL` that calls a function, and its client.
pub(crate) struct Triggered {
    pub(crate) pool: &'static str,
    pub(crate) client: &'static str,
    pub(crate) trigger: &'static str,
    handler: &'static str,
}

impl Triggered {
    fn pool(&self, handler: &Path) -> Value {
        let mut pool = pool(self.pool, USERS, Some(self.client));
        pool["Triggers"] = json!({ self.trigger: { "run": handler } });
        pool
    }
}

/// Pools with handlers of `fixtures/handlers`. The first one prints a line at each event.
pub(crate) const TRIGGERED: [Triggered; 2] = [
    Triggered {
        pool: "us-east-1_BenchFun1",
        client: "1poolhouse0bench0client001",
        trigger: "PostAuthentication",
        handler: "post-authentication.mjs",
    },
    Triggered {
        pool: "us-east-1_BenchFun2",
        client: "1poolhouse0bench0client002",
        trigger: "PreTokenGeneration",
        handler: "pre-token-generation.mjs",
    },
];

/// A pool whose handler waits, as for a database.
pub(crate) const WAITING: Triggered = Triggered {
    pool: "us-east-1_BenchFun3",
    client: "1poolhouse0bench0client003",
    trigger: "PreAuthentication",
    handler: "waiting.mjs",
};

const HANDLER_THAT_WAITS: &[u8] = b"export const handler = async (event) => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return event;
};
";

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

/// The same, and `TRIGGERED` and `WAITING`, whose handler is written into this folder.
pub(crate) fn with_functions(folder: &Folder) -> Outcome<Value> {
    let handlers = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/handlers");
    let written = folder.write(WAITING.handler, HANDLER_THAT_WAITS)?;
    let mut fixture = small();
    let pools = fixture["UserPools"]
        .as_array_mut()
        .ok_or("a fixture without pools")?;
    for triggered in &TRIGGERED {
        let file = Path::new(handlers).join(triggered.handler);
        pools.push(triggered.pool(&file));
    }
    pools.push(WAITING.pool(&written));
    Ok(fixture)
}

/// One pool with many users, and a client to sign in by.
pub(crate) fn large_with_client(users: usize) -> Value {
    json!({ "UserPools": [pool(POOL, users, Some(CLIENT))] })
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
