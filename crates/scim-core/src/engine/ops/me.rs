//! `/Me`: the user the token stands for (RFC 7644 section 3.11).

use crate::auth::TokenStore;
use crate::engine::Scim;
use crate::engine::call::Call;
use crate::engine::reply::Reply;
use crate::error::{Advice, ScimError, Status};
use crate::guard::Guard;
use crate::id::Kind;
use crate::message::Method;
use crate::store::Store;

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// Does to the token's own user what the method asks; the answer has the
    /// user's permanent place.
    ///
    /// # Errors
    /// 501 when tokens stand for no user here, 404 when this one does not.
    pub(in crate::engine) async fn me(
        &self,
        method: Method,
        call: &mut Call<'_>,
    ) -> Result<Reply, ScimError> {
        if !self.hooks.know_me() {
            return Err(ScimError::new(
                Status::NotImplemented,
                "tokens of this service stand for an organisation, not for a user",
            ));
        }
        let id = self
            .hooks
            .me(call.bearer())
            .ok_or_else(ScimError::not_found)?;
        match method {
            Method::Get | Method::Head => self.read(&Kind::USER, &id, call).await,
            Method::Put => self.replace(&Kind::USER, &id, call).await,
            Method::Patch => self.modify(&Kind::USER, &id, call).await,
            Method::Delete => self.delete(&Kind::USER, &id, call).await,
            Method::Post | Method::Other => {
                let allow = "GET, HEAD, PUT, PATCH, DELETE";
                let refused = ScimError::new(
                    Status::MethodNotAllowed,
                    "the user behind a token exists already",
                );
                Err(refused.with_advice(Advice::Allow(allow)))
            }
        }
    }
}
