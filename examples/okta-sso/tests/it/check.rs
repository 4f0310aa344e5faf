//! `okta-sso check`: what it says of a configuration and its database, and that it changes neither.

use std::{path::Path, process::Command};

use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::{
    program::{Program, free_port},
    server::{Server, fresh_directory},
};

fn check(arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_okta-sso"))
        .arg("check")
        .args(["--base-url", "https://sso.acme.example"])
        .args(arguments)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// Lets the demonstration make its database, and ends it.
fn make(data: &str, key: &str) {
    Program::start(data, Path::new(key), free_port()).kill();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn of_a_file() {
    let folder = fresh_directory();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (data, key) = (path("a.db"), path("a.key"));
    let own = ["--data", data.as_str(), "--key-file", key.as_str()];
    let (sound, said) = check(&own);
    assert!(sound && said.contains("would be made"), "{said}");
    assert!(names(&folder).is_empty(), "nothing was made");

    make(&data, &key);
    let (sound, said) = check(&own);
    assert!(sound && said.contains("the database answers"), "{said}");

    let other = path("other.key");
    let lost = ["--data", data.as_str(), "--key-file", other.as_str()];
    let (sound, said) = check(&lost);
    assert!(!sound && said.contains("is not there"), "{said}");
    assert!(!folder.join("other.key").exists(), "no key was made");
    std::fs::write(&other, "ab".repeat(32)).unwrap();
    let (sound, said) = check(&lost);
    assert!(!sound && said.contains("another pepper"), "{said}");
    std::fs::write(&other, "no key").unwrap();
    let (sound, said) = check(&lost);
    assert!(!sound && said.contains("64 hexadecimal digits"), "{said}");

    let mut newer = SqliteConnection::connect(&format!("sqlite:{data}"))
        .await
        .unwrap();
    newer
        .execute("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1")
        .await
        .unwrap();
    newer.close().await.unwrap();
    let (sound, said) = check(&own);
    assert!(!sound && said.contains("not known to this build"), "{said}");

    let letter = path("letter.txt");
    std::fs::write(&letter, "Dear Ann,\n".repeat(200)).unwrap();
    let (sound, said) = check(&["--data", &letter, "--key-file", &key]);
    assert!(!sound && said.contains("not a database"), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn of_a_server() {
    let Some(server) = Server::start_or_skip() else {
        return;
    };
    let folder = fresh_directory();
    let key = folder.join("key").to_str().unwrap().to_owned();
    let url = server.url();
    let own = ["--data", url.as_str(), "--key-file", key.as_str()];
    let (sound, said) = check(&own);
    assert!(sound && said.contains("would be filled"), "{said}");
    assert!(names(&folder).is_empty(), "nothing was made");
    make(&url, &key);
    let (sound, said) = check(&own);
    assert!(sound && said.contains("the database answers"), "{said}");
    std::fs::remove_file(&key).unwrap();
    let (sound, said) = check(&own);
    assert!(!sound && said.contains("is not there"), "{said}");
    drop(server);
    let (sound, said) = check(&own);
    assert!(!sound && said.contains("the database"), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}
