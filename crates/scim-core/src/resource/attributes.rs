//! The fields of one object: names to values, in the order of names.

use std::fmt;

use super::{Name, Value};

/// Above this many fields a look-up searches by halves.
const LINEAR: usize = 24;

/// Fields of a resource or of a complex value, each name once.
///
/// Kept in the order of [`Name`], so equal contents are equal whatever order a
/// client chose, and the written form is always the same.
///
/// ```
/// use scim_core::resource::{Attributes, Name, Value};
///
/// let mut name = Attributes::new();
/// name.insert(Name::GIVEN_NAME, Value::from("Ann"));
/// assert_eq!(name.get(&Name::new("GIVENNAME")), Some(&Value::from("Ann")));
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct Attributes(Vec<(Name, Value)>);

/// Two fields of one object have the same name; carries the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateName(pub Name);

impl Attributes {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sorts the fields a body gave.
    ///
    /// # Errors
    /// [`DuplicateName`] when two names are one, by case or exactly.
    pub fn from_fields(mut fields: Vec<(Name, Value)>) -> Result<Self, DuplicateName> {
        if !fields.is_sorted_by(|a, b| a.0 < b.0) {
            fields.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            let twice = fields.windows(2).find_map(|pair| match pair {
                [a, b] if a.0 == b.0 => Some(b.0.clone()),
                _ => None,
            });
            if let Some(name) = twice {
                return Err(DuplicateName(name));
            }
        }
        Ok(Self(fields))
    }

    /// Number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &Name) -> Option<&Value> {
        if self.0.len() <= LINEAR {
            return self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v);
        }
        let at = self.find(name).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    /// The value of that name, to change.
    #[must_use]
    pub fn get_mut(&mut self, name: &Name) -> Option<&mut Value> {
        let at = self.find(name).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// Whether there is a field of that name, `null` or not.
    #[must_use]
    pub fn contains(&self, name: &Name) -> bool {
        self.get(name).is_some()
    }

    /// Sets a field and hands back what it held before.
    pub fn insert(&mut self, name: Name, value: Value) -> Option<Value> {
        match self.find(&name) {
            Ok(at) => self
                .0
                .get_mut(at)
                .map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// The same fields and one more: for building.
    #[must_use]
    pub fn with(mut self, name: Name, value: impl Into<Value>) -> Self {
        self.insert(name, value.into());
        self
    }

    /// The value of that name, put there first if there is none.
    pub fn get_or_insert_with(&mut self, name: &Name, new: impl FnOnce() -> Value) -> &mut Value {
        let at = match self.find(name) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (name.clone(), new()));
                at
            }
        };
        #[expect(clippy::indexing_slicing, reason = "found or inserted just above")]
        &mut self.0[at].1
    }

    /// The object under that name, made first if there is none.
    pub fn object_mut(&mut self, name: &Name) -> &mut Self {
        self.get_or_insert_with(name, Value::default).make_object()
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &Name) -> Option<Value> {
        let at = self.find(name).ok()?;
        Some(self.0.remove(at).1)
    }

    /// Keeps the fields for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&Name, &mut Value) -> bool) {
        self.0.retain_mut(|(name, value)| keep(name, value));
    }

    /// All fields in the order of names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// All fields, values to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Name, &mut Value)> {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }

    fn find(&self, name: &Name) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| n.cmp(name))
    }
}

impl IntoIterator for Attributes {
    type Item = (Name, Value);
    type IntoIter = std::vec::IntoIter<(Name, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
