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
    let file =
        "data = \"file.db\"\nbase-url = \"https://file.example\"\ndns = [\"127.0.0.1:5353\"]\n";
    let serve = merged(file, &["--data", "flag.db"]).unwrap();
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
