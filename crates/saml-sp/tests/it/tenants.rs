//! Which tenant: every clue must agree.

use saml_sp::record::RequestId;
use saml_sp::tenants::{Clues, Tenants};
use saml_sp::{Acs, AcsForm, Code, CryptoProvider, Expected, Idp, RequestRecord, ServiceProvider};
use saml_testkit::{SpTarget, TestIdp, TestKey};

use crate::bench::*;

const ORGS: [(&str, &str, TestKey); 3] = [
    ("org-1", "http://www.okta.com/exk1", TestKey::Idp),
    ("org-2", "http://www.okta.com/exk2", TestKey::IdpNext),
    ("org-3", "http://www.okta.com/exk3", TestKey::Sp),
];

fn tenants() -> Tenants {
    let mut tenants = Tenants::default();
    for (tenant, issuer, _) in ORGS {
        tenants.add(tenant, issuer).unwrap();
    }
    tenants
}

fn acs(tenant: &str) -> String {
    format!("https://sp.test/acs?org_id={tenant}")
}

fn record_of(tenant: &str, issuer: &str) -> RequestRecord {
    let mut parts = parts();
    parts.id = RequestId::new(format!("_{tenant}"));
    parts.tenant = tenant.to_owned();
    parts.idp = issuer.to_owned();
    parts.acs = acs(tenant);
    parts.into()
}

fn answer(tenant: &str, issuer: &str, key: TestKey) -> AcsForm {
    let target = SpTarget::new(&acs(tenant), ENTITY).in_response_to(&format!("_{tenant}"));
    let test = TestIdp::okta().with_issuer(issuer);
    form(&test.response(&target, &alice(), NOW).key(key))
}

#[test]
fn an_issuer_belongs_to_one_tenant() {
    let mut tenants = tenants();
    assert_eq!(
        tenants.add("org-9", ORGS[0].1).unwrap_err().code(),
        Code::TenantConflict
    );
    tenants.add("org-1", ORGS[0].1).unwrap();
    tenants
        .add("org-1", "urn:second-issuer-of-the-same-tenant")
        .unwrap();
}

/// Three tenants in each of four places: address, request, what the message claims, and who
/// signed it. Only where all four agree is anybody let in.
#[test]
fn no_mix_of_tenants_is_accepted() {
    let tenants = tenants();
    let mut accepted = 0;
    for (at, _, _) in ORGS {
        for (asked, asked_issuer, _) in ORGS {
            let record = record_of(asked, asked_issuer);
            for (claimed, claimed_issuer, _) in ORGS {
                for (_, _, key) in ORGS {
                    let form = answer(claimed, claimed_issuer, key);
                    let facts = form.peek().unwrap();
                    let clues = Clues {
                        address: Some(at),
                        message: Some(&facts),
                        request: Some(&record),
                    };
                    let Ok(tenant) = tenants.resolve(&clues) else {
                        continue;
                    };
                    assert!(at == asked && asked == claimed && tenant == at);
                    let (_, issuer, pinned) = ORGS
                        .into_iter()
                        .find(|(name, _, _)| *name == tenant)
                        .unwrap();
                    let idp =
                        Idp::from_parts(pinned.certificate_pem(), "https://idp.test/sso", issuer)
                            .unwrap();
                    let sp = ServiceProvider::builder(ENTITY)
                        .acs(Acs::new(acs(tenant)))
                        .crypto(CryptoProvider::rustcrypto())
                        .build()
                        .unwrap();
                    let outcome = sp.accept(&form, &idp, Expected::Request(&record), NOW);
                    assert_eq!(outcome.is_ok(), key == pinned);
                    accepted += usize::from(outcome.is_ok());
                }
            }
        }
    }
    assert_eq!(accepted, 3);
}

#[test]
fn disagreement_and_ignorance_have_their_codes() {
    let tenants = tenants();
    let of = |clues: Clues<'_>| {
        tenants
            .resolve(&clues)
            .map(str::to_owned)
            .map_err(|r| r.code())
    };
    let record = record_of("org-1", ORGS[0].1);
    let lying = record_of("org-1", ORGS[1].1);
    let form = answer("org-2", ORGS[1].1, TestKey::IdpNext);
    let facts = form.peek().unwrap();
    assert_eq!(of(Clues::default()), Err(Code::TenantUnknown));
    assert_eq!(
        of(Clues {
            address: Some("org-9"),
            ..Clues::default()
        }),
        Err(Code::TenantUnknown)
    );
    assert_eq!(
        of(Clues {
            message: Some(&facts),
            ..Clues::default()
        }),
        Ok("org-2".to_owned())
    );
    assert_eq!(
        of(Clues {
            request: Some(&record),
            ..Clues::default()
        }),
        Ok("org-1".to_owned())
    );
    assert_eq!(
        of(Clues {
            request: Some(&lying),
            ..Clues::default()
        }),
        Err(Code::TenantMismatch)
    );
    let mixed = Clues {
        request: Some(&record),
        message: Some(&facts),
        address: None,
    };
    assert_eq!(of(mixed), Err(Code::TenantMismatch));
}

#[test]
fn the_accepted_issuer_is_confirmed() {
    let login = log_in(&sp(), &good()).unwrap();
    let mut tenants = Tenants::default();
    assert_eq!(
        tenants.confirm("org-1", &login).unwrap_err().code(),
        Code::TenantUnknown
    );
    tenants.add("org-1", login.issuer()).unwrap();
    assert!(tenants.confirm("org-1", &login).is_ok());
    assert_eq!(
        tenants.confirm("org-2", &login).unwrap_err().code(),
        Code::TenantMismatch
    );
}
