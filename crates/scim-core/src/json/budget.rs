//! What a tree may take, accounted before it is taken.

use super::Limits;

/// Trees up to this size are taken whatever their body's size.
const FREE: usize = 8192;

/// Bytes still allowed. Every vector is accounted with its whole capacity, and
/// while it grows with its old and its new one, so the peak of the heap stays
/// within [`Limits::growth`] times the body whatever the allocator does.
pub(super) struct Budget(usize);

impl Budget {
    /// The budget of a body of that size.
    pub(super) fn of(body: usize, limits: &Limits) -> Self {
        Self(body.saturating_mul(limits.growth).max(FREE))
    }

    /// Takes so many bytes; `None` when they are not left.
    pub(super) const fn spend(&mut self, bytes: usize) -> Option<()> {
        match self.0.checked_sub(bytes) {
            Some(left) => {
                self.0 = left;
                Some(())
            }
            None => None,
        }
    }

    /// Makes room for one more value; `None` when that is not left.
    #[inline]
    pub(super) fn room<T>(&mut self, values: &mut Vec<T>) -> Option<()> {
        if values.len() < values.capacity() {
            Some(())
        } else {
            self.grow(values)
        }
    }

    /// Doubles a vector, with both of its lives accounted.
    #[cold]
    fn grow<T>(&mut self, values: &mut Vec<T>) -> Option<()> {
        let old = values.capacity() * size_of::<T>();
        let more = values.capacity().max(4);
        self.spend(old + more * size_of::<T>())?;
        values.reserve_exact(more);
        self.0 += old;
        Some(())
    }

    /// A vector for about so many values, as far as half of what is left allows.
    pub(super) fn reserved<T>(&mut self, guess: usize) -> Vec<T> {
        let count = guess.min(self.0 / size_of::<T>() / 2);
        let taken = self.spend(count * size_of::<T>());
        Vec::with_capacity(taken.map_or(0, |()| count))
    }

    /// Gives back room that is not used, if there is much of it.
    pub(super) fn fit<T>(&mut self, values: &mut Vec<T>) {
        let unused = values.capacity() - values.len();
        let (old, new) = (
            values.capacity() * size_of::<T>(),
            values.len() * size_of::<T>(),
        );
        if unused > values.len() / 8 && self.spend(new).is_some() {
            values.shrink_to_fit();
            self.0 += old;
        }
    }
}
