//! `saml-doctor lint`: what is doubtful before the first login.

use std::fmt::Write as _;

use saml_sp::StartOptions;
use saml_sp::setup::{Lint as Doubt, lint, lint_request};
use serde_json::json;

use crate::args::{Format, Lint};
use crate::{Misuse, Outcome, check, sides};

/// Raise every doubt. None is 0, some are 1.
pub(crate) fn run(args: &Lint) -> Result<Outcome, Misuse> {
    let now = sides::instant(&args.clock)?;
    let sp = sides::ours_with_keys(&args.sp, &args.signing)?;
    let mut builder = sides::theirs(&args.idp, now)?;
    if let Some(url) = &args.sign_in.sign_in_url {
        builder = builder.sign_in_redirect(url);
    }
    let idp = builder.build()?;
    let mut doubts = lint(&sp, &idp, now);
    doubts.extend(lint_request(&sp, &idp, &StartOptions::default()));
    let text = match args.written.format {
        Format::Json => json(&doubts),
        Format::Text => written(&doubts, "", "\n  "),
        Format::Markdown => written(&doubts, "- **", "**: "),
    };
    Ok(Outcome {
        output: text.into_bytes(),
        accepted: doubts.is_empty(),
    })
}

fn json(doubts: &[Doubt]) -> String {
    let list: Vec<_> = doubts
        .iter()
        .map(|doubt| {
            json!({
                "kind": doubt.kind().name(),
                "seen": doubt.seen(),
                "advice": doubt.kind().advice(),
            })
        })
        .collect();
    check::pretty(&json!({ "doubts": list }))
}

fn written(doubts: &[Doubt], before: &str, after: &str) -> String {
    if doubts.is_empty() {
        return "No doubts.\n".to_owned();
    }
    doubts.iter().fold(String::new(), |mut text, doubt| {
        let (name, seen) = (doubt.kind().name(), saml_sp::error::printable(doubt.seen()));
        let _ = writeln!(
            text,
            "{before}{name}{after}{seen}. {}",
            doubt.kind().advice()
        );
        text
    })
}
