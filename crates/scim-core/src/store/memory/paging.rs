//! Cutting a page out of what matches.

use std::cmp::Ordering;

use time::OffsetDateTime;

use super::shelf::Seat;
use crate::query::{PageRequest, Position, Sort, SortKey};
use crate::store::{Page, Stored};

/// A match with what it is ordered by.
type Keyed<'s> = (Option<SortKey>, Seat, &'s Stored);

/// A page in the order of creation, in which the matches come.
pub(super) fn by_seat(matching: &[(Seat, &Stored)], page: &PageRequest) -> Page {
    let after: Seat = match page {
        PageRequest::From {
            after: Some(place), ..
        } => place.as_str().parse().unwrap_or(0),
        _ => 0,
    };
    let rest = matching.iter().filter(|(seat, _)| *seat > after).copied();
    cut(
        matching.len(),
        rest,
        page,
        |(seat, _)| Position::new(seat.to_string()),
        |(_, stored)| stored,
    )
}

/// A page in sorted order, ties in the order of ids.
pub(super) fn sorted(matching: &mut [(Seat, &Stored)], sort: &Sort, page: &PageRequest) -> Page {
    let mut keyed: Vec<Keyed<'_>> = matching
        .iter()
        .map(|(seat, stored)| (sort.key(stored.resource()), *seat, *stored))
        .collect();
    let order = |a: &Keyed<'_>, b: &Keyed<'_>| {
        sort.compare(a.0.as_ref(), b.0.as_ref())
            .then_with(|| a.2.id().cmp(b.2.id()))
    };
    keyed.sort_by(order);
    let after = match page {
        PageRequest::From {
            after: Some(position),
            ..
        } => Place::read(position),
        _ => None,
    };
    let total = keyed.len();
    let rest = keyed.into_iter().filter(|entry| {
        after
            .as_ref()
            .is_none_or(|place| place.is_before(sort, entry))
    });
    cut(total, rest, page, Place::of, |(_, _, stored)| stored)
}

/// Takes the page out of what is left to show.
fn cut<'s, T>(
    total: usize,
    mut rest: impl Iterator<Item = T>,
    page: &PageRequest,
    position: impl Fn(&T) -> Position,
    stored: impl Fn(T) -> &'s Stored,
) -> Page {
    let total = total as u64;
    match page {
        PageRequest::Index { start, count } => {
            let skip = usize::try_from(start.saturating_sub(1)).unwrap_or(usize::MAX);
            let page = rest.skip(skip).take(*count as usize);
            Page {
                total,
                resources: page.map(|entry| stored(entry).clone()).collect(),
                next: None,
            }
        }
        PageRequest::From { count, .. } => {
            let page: Vec<T> = rest.by_ref().take(*count as usize).collect();
            let next = rest.next().and_then(|_| page.last()).map(position);
            Page {
                total,
                resources: page
                    .into_iter()
                    .map(|entry| stored(entry).clone())
                    .collect(),
                next,
            }
        }
    }
}

/// A place in a sorted result: the key and id of the last resource shown.
struct Place {
    key: Option<SortKey>,
    id: String,
}

impl Place {
    /// Whether an entry comes after this place.
    fn is_before(&self, sort: &Sort, entry: &Keyed<'_>) -> bool {
        let by_key = sort.compare(self.key.as_ref(), entry.0.as_ref());
        by_key.then_with(|| self.id.as_str().cmp(entry.2.id().as_str())) == Ordering::Less
    }

    /// Writes the place of an entry down.
    fn of(entry: &Keyed<'_>) -> Position {
        let (tag, value) = match &entry.0 {
            None => ("none", String::new()),
            Some(SortKey::Boolean(flag)) => ("boolean", u8::from(*flag).to_string()),
            Some(SortKey::Number(number)) => ("number", number.to_bits().to_string()),
            Some(SortKey::Date(date)) => ("date", date.unix_timestamp_nanos().to_string()),
            Some(SortKey::Text(text)) => ("text", text.clone()),
        };
        Position::new(
            serde_json::Value::from_iter([tag, &value, entry.2.id().as_str()]).to_string(),
        )
    }

    /// Reads a place; `None` for one this store did not write.
    fn read(position: &Position) -> Option<Self> {
        let (tag, value, id): (String, String, String) =
            serde_json::from_str(position.as_str()).ok()?;
        let key = match tag.as_str() {
            "none" => None,
            "boolean" => Some(SortKey::Boolean(value == "1")),
            "number" => Some(SortKey::Number(f64::from_bits(value.parse().ok()?))),
            "date" => {
                let nanos = value.parse().ok()?;
                Some(SortKey::Date(
                    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?,
                ))
            }
            _ => Some(SortKey::Text(value)),
        };
        Some(Self { key, id })
    }
}
