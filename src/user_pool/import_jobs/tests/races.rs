use serde_json::json;

use super::{ROLE, file, id, row, send};
use crate::model::PoolId;
use crate::store::user_pool::UserPool;
use crate::store::user_pool::settings::PoolSettings;
use crate::test_pool::{TestPool, answer, race};
use crate::user_pool::import_jobs::{
    create_user_import_job, start_user_import_job, stop_user_import_job,
};
use crate::user_pool::pools::delete_user_pool;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pool_whose_import_runs_is_not_deleted() {
    let model = super::pool().await;
    model.cx.imports.hold(true);
    let stored = model.cx.pool(&model.id).unwrap();
    let csv = file(&[row("ann")]);
    for round in 0..2000 {
        let pool = TestPool {
            cx: model.cx.clone(),
            id: PoolId::from(format!("us-east-1_Race{round}")),
            client: model.client.clone(),
        };
        let settings = PoolSettings {
            id: pool.id.clone(),
            ..PoolSettings::clone(&stored.settings())
        };
        let (account, keys) = (stored.account.clone(), stored.keys.clone());
        assert!(pool.cx.shared().store.add_pool(UserPool::new(
            account,
            keys,
            settings,
            pool.cx.clock.clone()
        )));
        let named = json!({"UserPoolId": pool.id.as_str()});
        let mut request = named.clone();
        request["JobName"] = json!("a job");
        request["CloudWatchLogsRoleArn"] = json!(ROLE);
        let job = answer(&pool.cx, create_user_import_job, &request).unwrap();
        let job = &job["UserImportJob"];
        send(&pool, job, csv.as_bytes());
        let mut request = id(job);
        request["UserPoolId"] = named["UserPoolId"].clone();
        let runtime = tokio::runtime::Handle::current();
        let (deleted, started) = race(
            round,
            || answer(&pool.cx, delete_user_pool, &named),
            || {
                let _inside = runtime.enter();
                answer(&pool.cx, start_user_import_job, &request)
            },
        );
        assert_ne!(deleted.is_ok(), started.is_ok(), "{round}: {deleted:?}");
        if started.is_ok() {
            answer(&pool.cx, stop_user_import_job, &request).unwrap();
        }
    }
}
