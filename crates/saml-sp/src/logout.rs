//! Single logout (Profiles 4.4), begun on either side, by redirect or by POST.
//!
//! Ours: end the local session, then [`start_logout`](crate::ServiceProvider::start_logout) with
//! what [`Login::session`](crate::Login::session) gave, and when the answer arrives
//! [`finish_logout`](crate::ServiceProvider::finish_logout).
//!
//! Theirs: [`receive_logout`](crate::ServiceProvider::receive_logout),
//! [`redeem`](PendingLogout::redeem), end every session that the [`LogoutOrder`] names, and always
//! answer with [`answer_logout`](crate::ServiceProvider::answer_logout). The message may come in an
//! iframe without any cookie, so find sessions by [`SessionIdentity::key`], and do not forbid
//! framing of this one address: the page of the answer names the identity provider in its own
//! policy, and `X-Frame-Options` has no place beside it.
//!
//! ```
//! # use saml_sp::{Idp, Random, ReplayStore, ServiceProvider, binding::Delivery};
//! use saml_sp::logout::{LogoutMessage, LogoutResult, SessionIdentity};
//! # async fn slo<R: ReplayStore>(sp: &ServiceProvider, idp: &Idp, body: &[u8], replays: &R,
//! #     sessions: &mut Vec<SessionIdentity>, random: &mut dyn Random, now: time::OffsetDateTime,
//! # ) -> Result<Delivery, Box<dyn std::error::Error>> {
//! let message = LogoutMessage::from_urlencoded(body, sp.limits())?;
//! let order = sp.receive_logout(idp, &message, now)?.redeem(replays, now).await?;
//! sessions.retain(|session| !order.ends(session));
//! let answer = sp.answer_logout(idp, &order, LogoutResult::Done, random, now)?;
//! # Ok(answer) }
//! ```
//!
//! All messages are signed, both ways. A service provider without signing key
//! ([`SigningCredential`](crate::credential::SigningCredential)) has no logout.

mod answer;
mod finish;
mod message;
mod receive;
mod session;
mod start;
mod verify;

pub use answer::LogoutResult;
pub use finish::LogoutEnd;
pub use message::LogoutMessage;
pub use receive::{LogoutOrder, PendingLogout};
pub use session::{SessionIdentity, SessionKey};
pub use start::{LogoutRecord, StartedLogout};
