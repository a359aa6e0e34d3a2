//! Rows that tables share for as long as nobody changes them.

use std::{mem, ops::Deref, sync::Arc};

/// A value of one table alone, or one that others hold too.
///
/// An atomic counter alone would do, but asking it before each change keeps a processor from
/// changing several rows at the same time.
#[derive(Clone, Debug)]
pub(super) enum Shared<T> {
    Own(T),
    WithOthers(Arc<T>),
}

impl<T: Clone + Default> Shared<T> {
    /// A value of one table.
    pub(super) fn new(value: T) -> Self {
        Self::Own(value)
    }

    /// The value of this table alone, copied where others hold it.
    #[inline]
    pub(super) fn make_own(&mut self) -> &mut T {
        if let Self::WithOthers(_) = self {
            self.take_back();
        }
        match self {
            Self::Own(value) => value,
            Self::WithOthers(_) => unreachable!("BUG: it was taken back"),
        }
    }

    #[cold]
    fn take_back(&mut self) {
        if let Self::WithOthers(value) = mem::take(self) {
            *self = Self::Own(Arc::unwrap_or_clone(value));
        }
    }

    /// Ready to be held by other tables too: from now on a clone costs a few nanoseconds.
    pub(super) fn share(&mut self) {
        if let Self::Own(value) = self {
            *self = Self::WithOthers(Arc::new(mem::take(value)));
        }
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::Own(T::default())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Own(value) => value,
            Self::WithOthers(value) => value,
        }
    }
}
