//! Cutting a page out of what matches.

use super::shelf::Seat;
use crate::query::{PageRequest, Place, Position, Sort};
use crate::store::{Page, Stored};

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
pub(super) fn sorted(matching: &[(Seat, &Stored)], sort: &Sort, page: &PageRequest) -> Page {
    let place = |stored: &Stored| Place::new(sort.key(stored.resource()), stored.id().as_str());
    let placed = matching.iter().map(|(_, stored)| (place(stored), *stored));
    let mut placed: Vec<(Place, &Stored)> = placed.collect();
    placed.sort_by(|(a, _), (b, _)| a.order(Some(sort), b));
    let after = match page {
        PageRequest::From { after, .. } => after.as_ref().and_then(Place::read),
        PageRequest::Index { .. } => None,
    };
    let total = placed.len();
    let is_behind = |place: &Place| {
        let after = after.as_ref();
        after.is_none_or(|after| after.is_before(Some(sort), place))
    };
    let rest = placed.into_iter().filter(|(place, _)| is_behind(place));
    cut(
        total,
        rest,
        page,
        |(place, _)| place.write(),
        |(_, stored)| stored,
    )
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
