//! Every octet of signed answers changed, one at a time: each mutant is refused, or says the very
//! same. In a release build each octet is changed in eight ways, otherwise in one:
//! `cargo test --release -p saml-sp --all-features --test it sweep`.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_sp::{
    AcsForm, Expected, Idp, Login, Rejection, RequestRecord, RequestStore as _, ServiceProvider,
};
use saml_testkit::Signing;
use time::OffsetDateTime;

use crate::bench::*;

/// What an octet becomes: a flipped low bit, case bit and high bit, and what means something.
const CHANGES: [fn(u8) -> u8; 8] = [
    |octet| octet ^ 0x01,
    |octet| octet ^ 0x20,
    |octet| octet ^ 0x80,
    |_| b' ',
    |_| b'<',
    |_| b'&',
    |_| b'"',
    |_| 0,
];

struct Subject {
    sp: ServiceProvider,
    idp: Idp,
    record: RequestRecord,
    now: OffsetDateTime,
    xml: Vec<u8>,
}

impl Subject {
    fn judge(&self, xml: &[u8]) -> Result<Login, Rejection> {
        let form = AcsForm::from_fields(STANDARD.encode(xml), None, self.sp.limits())?;
        let pending =
            self.sp
                .accept(&form, &self.idp, Expected::Request(&self.record), self.now)?;
        let (replays, requests) = stores();
        ready(requests.put(&self.record)).unwrap();
        ready(pending.redeem(&replays, &requests, self.now))
    }

    /// Change every octet; how many mutants were refused, and how many said the same.
    fn sweep(&self) -> (usize, usize) {
        let twin = self.judge(&self.xml).unwrap();
        let (refused, same) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        std::thread::scope(|scope| {
            for first in 0..threads {
                let (twin, refused, same) = (&twin, &refused, &same);
                scope.spawn(move || {
                    let mut mutant = self.xml.clone();
                    for at in (first..self.xml.len()).step_by(threads) {
                        for change in ways(at) {
                            mutant[at] = change(self.xml[at]);
                            if mutant[at] == self.xml[at] {
                                continue;
                            }
                            match self.judge(&mutant) {
                                Ok(login) => {
                                    assert!(
                                        says_the_same(&login, twin),
                                        "octet {at} to {}",
                                        mutant[at]
                                    );
                                    same.fetch_add(1, Ordering::Relaxed);
                                }
                                Err(_) => drop(refused.fetch_add(1, Ordering::Relaxed)),
                            }
                        }
                        mutant[at] = self.xml[at];
                    }
                });
            }
        });
        (refused.into_inner(), same.into_inner())
    }
}

/// Every change in a release build, one by turns otherwise.
fn ways(at: usize) -> impl Iterator<Item = fn(u8) -> u8> {
    let (from, count) = if cfg!(debug_assertions) {
        (at % CHANGES.len(), 1)
    } else {
        (0, CHANGES.len())
    };
    CHANGES.into_iter().skip(from).take(count)
}

/// Everything a host can read. What signed it may be told apart only by what was not signed.
fn says_the_same(one: &Login, other: &Login) -> bool {
    one == other
}

#[test]
fn every_octet_of_the_kit_s_answer() {
    for signing in [Signing::Both, Signing::Response, Signing::Assertion] {
        let subject = Subject {
            sp: sp(),
            idp: idp(),
            record: record(),
            now: NOW,
            xml: good().sign(signing).octets(),
        };
        let (refused, same) = subject.sweep();
        println!(
            "{signing:?}: {refused} refused, {same} the same, of {} octets",
            subject.xml.len()
        );
        // What no signature covers are KeyInfo, and the Response where only the assertion is
        // signed; a change there may be harmless.
        assert!(
            refused > same,
            "{signing:?}: {refused} refused, {same} the same"
        );
        assert!(same > 0, "{signing:?}: not even KeyInfo may change");
    }
}

#[test]
fn every_octet_of_a_captured_answer() {
    let Some(setup) = crate::captured::Setup::new() else {
        return;
    };
    let subject = Subject {
        sp: setup.sp(),
        idp: setup.idp(),
        record: setup.record(),
        now: setup.now,
        xml: setup.xml.clone(),
    };
    let (refused, same) = subject.sweep();
    println!(
        "captured: {refused} refused, {same} the same, of {} octets",
        subject.xml.len()
    );
    assert!(
        refused > same && same > 0,
        "{refused} refused, {same} the same"
    );
}
