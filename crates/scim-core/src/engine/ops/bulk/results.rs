//! The answer to a bulk request.

use serde_json::{Map, Value, json};

use super::work::{Done, Work};
use crate::auth::TokenStore;
use crate::bulk::{Operation, RESPONSE_URN};
use crate::engine::Scim;
use crate::engine::show::Shown;
use crate::guard::Guard;
use crate::store::Store;

impl<S, T, G> Scim<S, T, G>
where
    S: Store,
    T: TokenStore,
    G: Guard<S::Plan>,
{
    /// The BulkResponse: a result for each operation that was tried.
    pub(super) fn results(&self, work: &Work<'_>) -> String {
        let tried = work.bulk.operations.iter().zip(&work.done);
        let results: Vec<Value> = tried
            .filter_map(|(operation, done)| Some(self.result(operation, done.as_ref()?)))
            .collect();
        json!({"schemas": [RESPONSE_URN], "Operations": results}).to_string()
    }

    /// The result of one operation; a failed create has no location.
    fn result(&self, operation: &Operation, done: &Done) -> Value {
        let mut out = Map::new();
        out.insert("method".into(), operation.verb.to_ascii_uppercase().into());
        if let Some(id) = &operation.bulk_id {
            out.insert("bulkId".into(), id.as_str().into());
        }
        let place = match done {
            Done::Well { kind, id, .. } => Some((kind, id)),
            Done::Badly { at, .. } => at.as_ref().map(|(kind, id)| (kind, id)),
        };
        if let Some((kind, id)) = place
            && let Ok(served) = self.served(kind)
        {
            out.insert(
                "location".into(),
                Shown::place(served, id, &self.config).into(),
            );
        }
        match done {
            Done::Well {
                status, version, ..
            } => {
                if let Some(version) = version {
                    out.insert("version".into(), version.to_string().into());
                }
                out.insert("status".into(), status.to_string().into());
            }
            Done::Badly { error, .. } => {
                out.insert("status".into(), error.status().code().to_string().into());
                let body = serde_json::from_str(&error.to_json()).unwrap_or(Value::Null);
                out.insert("response".into(), body);
            }
        }
        Value::Object(out)
    }
}
