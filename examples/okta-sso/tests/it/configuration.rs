//! Where each value comes from.

use clap::Parser as _;
use okta_sso::{
    cli::Cli,
    config::{BaseUrl, BaseUrlError, Scheme},
    settings_file,
};

fn merged(
    file: &str,
    arguments: &[&str],
) -> Result<okta_sso::cli::Serve, settings_file::FileError> {
    let path = std::env::temp_dir().join(format!(
        "okta-sso-config-{}-{:x}.toml",
        std::process::id(),
        hash(file)
    ));
    std::fs::write(&path, file).unwrap();
    let start = ["okta-sso", "--config", path.to_str().unwrap()];
    let all = start.iter().chain(arguments).copied();
    let merged = settings_file::merge(Cli::parse_from(all).serve);
    std::fs::remove_file(path).unwrap();
    merged
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    })
}

#[test]
fn a_flag_wins_over_the_file() {
    let file = "data = \"file.db\"\nbase-url = \"https://file.example\"\ndns = [\"127.0.0.1:5353\"]\n\
                database-patience = 2\ndatabase-connections = 7\n";
    let flags = ["--data", "flag.db", "--database-connections", "9"];
    let serve = merged(file, &flags).unwrap();
    let number = |value: Option<std::num::NonZeroU32>| value.map(std::num::NonZeroU32::get);
    assert_eq!(number(serve.database_patience), Some(2));
    assert_eq!(number(serve.database_connections), Some(9));
    assert_eq!(serve.data.as_deref(), Some("flag.db"));
    assert_eq!(serve.base_url.as_deref(), Some("https://file.example"));
    assert_eq!(serve.dns.len(), 1);
}

#[test]
fn a_misspelt_key_and_a_wrong_value_are_refused() {
    for file in [
        "base_url = \"https://file.example\"\n",
        "listen = \"nowhere\"\n",
        "log-format = \"xml\"\n",
        "database-patience = 0\n",
        "database-connections = -1\n",
    ] {
        assert!(merged(file, &[]).is_err(), "{file}");
    }
}

#[test]
fn a_base_url_is_https_or_this_machine() {
    for (text, verdict) in [
        ("https://app.example", Ok(Scheme::Https)),
        ("https://app.example:8443/", Ok(Scheme::Https)),
        ("http://127.0.0.1:4400", Ok(Scheme::Http)),
        ("http://[::1]:4400", Ok(Scheme::Http)),
        ("http://app.localhost", Ok(Scheme::Http)),
        ("http://app.example", Err(BaseUrlError::PlainHttp)),
        (
            "http://localhost.evil.example",
            Err(BaseUrlError::PlainHttp),
        ),
        ("https://app.example/path", Err(BaseUrlError::Shape)),
        ("https://user@app.example", Err(BaseUrlError::Shape)),
        ("ftp://app.example", Err(BaseUrlError::Shape)),
        ("app.example", Err(BaseUrlError::Shape)),
    ] {
        assert_eq!(
            BaseUrl::parse(text).map(|url| url.scheme()),
            verdict,
            "{text}"
        );
    }
}

/// The reference is whole: every flag stands in the README, and every key of the file is a flag.
#[test]
fn the_readme_names_every_flag() {
    use clap::CommandFactory as _;
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let command = Cli::command();
    let table = &readme[readme.find("| flag |").unwrap()..];
    let table = &table[..table.find("\n\n").unwrap()];
    let mut seen = 0;
    for argument in command.get_arguments() {
        let Some(long) = argument
            .get_long()
            .filter(|long| !["help", "version"].contains(long))
        else {
            continue;
        };
        assert!(
            table.contains(&format!("--{long}")),
            "--{long} is not in the README's table"
        );
        if let Some(env) = argument.get_env() {
            let env = env.to_str().unwrap();
            let end = env.rsplit_once("SSO_").unwrap().1;
            assert!(
                table.contains(env) || table.contains(&format!("…_{end}")),
                "{env}"
            );
        }
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

#[test]
fn a_resolver_that_is_believed_is_on_this_machine() {
    let file = "dns-validating = \"9.9.9.9:53\"\ntrust-forwarded = true\n";
    let serve = merged(file, &[]).unwrap();
    assert!(serve.trust_forwarded);
    let serve = okta_sso::cli::Serve {
        config: None,
        ..serve
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let refused = runtime.block_on(okta_sso::run::check(serve)).unwrap_err();
    let mut text = refused.to_string();
    let mut source = std::error::Error::source(&refused);
    while let Some(cause) = source {
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    assert!(text.contains("loopback"), "{text}");
}
