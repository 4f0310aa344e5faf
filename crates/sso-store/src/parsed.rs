//! Texts that were taken apart lately.
//!
//! The settings of an organisation and the claims to a domain are read with every login and change
//! once in months. Taking their JSON apart costs as much as finding it. What was made of a text is
//! kept beside the text and given again for the very same text, so nothing old is ever given.

use crate::error::StoreError;
use serde::de::DeserializeOwned;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What JSON in the database may be read as: any type of a host, as long as one that was read can
/// be given twice.
pub trait Readable: DeserializeOwned + Clone + Send + Sync + 'static {}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Readable for T {}

/// Octets of text kept at most, some thousand organisations; with more all are taken apart anew
/// now and then.
const MOST: usize = 8 * 1024 * 1024;

/// What was made lately, by what it is of.
#[derive(Default)]
pub(crate) struct Parsed {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    made: HashMap<(TypeId, String), Made>,
    octets: usize,
}

struct Made {
    text: String,
    value: Arc<dyn Any + Send + Sync>,
}

impl Parsed {
    /// The value of a text. `of` is a name for the place the text stands in.
    pub(crate) fn value<T: Readable>(&self, of: String, text: String) -> Result<T, StoreError> {
        let key = (TypeId::of::<T>(), of);
        let known = self.shelf(|shelf| shelf.find(&key, &text));
        if let Some(known) = known.and_then(|known| known.downcast::<T>().ok()) {
            return Ok(T::clone(&known));
        }
        let value: T = serde_json::from_str(&text)?;
        let made = Made {
            text,
            value: Arc::new(value.clone()),
        };
        self.shelf(|shelf| shelf.keep(key, made));
        Ok(value)
    }

    fn shelf<R>(&self, work: impl FnOnce(&mut Shelf) -> R) -> R {
        work(&mut self.shelf.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shelf {
    fn find(&self, key: &(TypeId, String), text: &str) -> Option<Arc<dyn Any + Send + Sync>> {
        let made = self.made.get(key)?;
        (made.text == text).then(|| Arc::clone(&made.value))
    }

    fn keep(&mut self, key: (TypeId, String), made: Made) {
        let octets = made.text.len();
        // One that leaves no room for others is not worth theirs.
        if octets > MOST {
            return;
        }
        if self.octets + octets > MOST {
            *self = Self::default();
        }
        let before = self.made.insert(key, made);
        self.octets = self.octets + octets - before.map_or(0, |before| before.text.len());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn another_text_is_another_value_and_another_type_too() {
        let parsed = Parsed::default();
        let of = |text: &str| parsed.value::<Value>("acme".to_owned(), text.to_owned());
        for text in ["[1]", "[1]", "[2]", "[1]"] {
            assert_eq!(of(text).unwrap().to_string(), text);
        }
        assert!(of("[").is_err());
        assert_eq!(of("[1]").unwrap(), json!([1]));
        let numbers: Vec<u8> = parsed.value("acme".to_owned(), "[1]".to_owned()).unwrap();
        assert_eq!(numbers, [1]);
        let none = parsed.value::<Vec<bool>>("acme".to_owned(), "[1]".to_owned());
        assert!(none.is_err());
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let parsed = Parsed::default();
        let long = format!("\"{}\"", "a".repeat(MOST / 10));
        for n in 0..100 {
            let value: String = parsed.value(n.to_string(), long.clone()).unwrap();
            assert_eq!(value.len() + 2, long.len());
            let same: String = parsed.value("same".to_owned(), long.clone()).unwrap();
            assert_eq!(same, value);
            let (kept, octets) = parsed.shelf(|shelf| {
                let kept = shelf.made.values().map(|made| made.text.len());
                (kept.sum::<usize>(), shelf.octets)
            });
            assert_eq!(kept, octets);
            assert!(kept <= MOST, "{kept}");
        }
        let before = parsed.shelf(|shelf| shelf.octets);
        let huge = format!("\"{}\"", "a".repeat(MOST));
        assert!(parsed.value::<String>("huge".to_owned(), huge).is_ok());
        assert_eq!(parsed.shelf(|shelf| shelf.octets), before);
    }
}
