//! The file busy, the disk full.

use std::path::{Path, PathBuf};

use http::StatusCode;
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use super::{Reading, assert_reading_alone, assert_scim_to_come_back, endure, seconds_to_wait};
use crate::{
    disk::SmallDisk,
    program::{Program, body, user},
    rows::number,
    server::fresh_directory,
};

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn file_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("data.db").display())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_keeps_sqlite_busy() {
    let folder = Folder(fresh_directory());
    let url = file_in(&folder.0);
    let begin = async || {
        let mut other = SqliteConnection::connect(&url).await.unwrap();
        other.execute("BEGIN IMMEDIATE").await.unwrap();
        other
    };
    let end = async |mut other: SqliteConnection| {
        other.execute("ROLLBACK").await.unwrap();
    };
    endure(&url, Reading::GoesOn, begin, end).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_disk_is_full() {
    let Some(disk) = SmallDisk::mount() else {
        return;
    };
    disk.grow();
    let url = file_in(&disk.0);
    let begin = async || disk.fill();
    let end = async |ballast| std::fs::remove_file(ballast).unwrap();
    endure(&url, Reading::GoesOnAlone, begin, end).await;
}

/// Another way for a disk to be full, which needs no right to mount: the system writes no file
/// beyond a size. Users are created until there is no room; the program is not started again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_may_not_grow() {
    let folder = Folder(fresh_directory());
    let file = folder.0.join("data.db");
    let (data, key) = (file.to_str().unwrap(), folder.0.join("key"));
    let Some(program) = Program::start_limited(data, &key, 1024) else {
        return;
    };
    let client = &program.client;
    let create = async |n: u32| {
        let user = user(&format!("u{n}@acme.example"));
        client.scim("POST", "/Users", &user).await.unwrap()
    };
    let mut kept = 0;
    let full = loop {
        let answer = create(kept).await;
        if answer.status() != StatusCode::CREATED {
            break answer;
        }
        kept += 1;
    };
    assert_scim_to_come_back(&full);
    // A login begins with a smaller write, for which there may still be room.
    let refused = loop {
        let begun = client.begin().await.unwrap();
        if begun.status() != StatusCode::SEE_OTHER {
            break begun;
        }
    };
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(seconds_to_wait(refused.headers()) > 0);
    let alive = client.get("/healthz", "").await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);
    // A small write may still find room; each takes some of it.
    let unready = loop {
        let probe = client.get("/readyz", "").await.unwrap();
        if probe.status() != StatusCode::OK {
            break probe;
        }
        assert_scim_to_come_back(&create(kept).await);
    };
    assert_reading_alone(unready.status(), unready.headers(), unready.body());
    let listed = client.scim("GET", "/Users?count=0", "").await.unwrap();
    assert_eq!(listed.status(), StatusCode::OK, "reading goes on");
    let before = body(&listed)["totalResults"].as_u64().unwrap();
    assert_eq!(before, u64::from(kept) + 3, "no half user beside the three");

    program.lift();
    let ready =
        async { while client.get("/readyz", "").await.unwrap().status() != StatusCode::OK {} };
    let bound = std::time::Duration::from_secs(60);
    tokio::time::timeout(bound, ready)
        .await
        .expect("ready again");
    assert_eq!(create(kept).await.status(), StatusCode::CREATED);
    let answer = client.answer_for("member@acme.example").await.unwrap();
    let welcome = client.post_answer(&answer).await.unwrap();
    assert_eq!(welcome.status(), StatusCode::SEE_OTHER);
    program.kill();
    let sound = "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
    assert_eq!(number(&file_in(&folder.0), sound).await, 0);
}
