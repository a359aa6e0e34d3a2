//! Work on several threads: tasks, taken from one queue until none is left.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    thread,
};

/// Does tasks on at most `threads` threads; the answers are in the order of the tasks. Each
/// thread makes what it works in once. Tasks begin in their order: the longest should come
/// first, so that threads end together.
///
/// # Panics
/// When a task does.
pub fn map<S, T, A: Send>(
    tasks: impl ExactSizeIterator<Item = T> + Send,
    threads: NonZeroUsize,
    scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, T) -> A + Sync,
) -> Vec<A> {
    let count = tasks.len();
    let queue = Mutex::new(tasks.enumerate());
    let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let do_some = || {
        let mut scratch = scratch();
        std::iter::from_fn(take)
            .map(|(number, task)| (number, work(&mut scratch, task)))
            .collect::<Vec<_>>()
    };
    let mut done: Vec<(usize, A)> = match threads.get().min(count) {
        0 => Vec::new(),
        1 => do_some(),
        several => thread::scope(|scope| {
            let workers: Vec<_> = (0..several).map(|_| scope.spawn(do_some)).collect();
            let finished = workers.into_iter().map(thread::ScopedJoinHandle::join);
            finished
                .flat_map(|done| done.expect("BUG: a counting thread panicked"))
                .collect()
        }),
    };
    assert_eq!(done.len(), count, "BUG: each task is done once");
    done.sort_unstable_by_key(|&(number, _)| number);
    done.into_iter().map(|(_, answer)| answer).collect()
}
