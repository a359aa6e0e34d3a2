//! Blocks of a file, made on several threads and written in their order.

use std::io::Result;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Makes so many blocks and hands them on, the first one first. Each thread begins with something
/// of its own that it makes its blocks with.
///
/// A thread is at most two blocks ahead of what was handed on, so that memory stays bounded. The
/// first error ends it all.
pub fn in_order<Own, Block: Send>(
    threads: NonZeroUsize,
    count: usize,
    begin: impl Fn() -> Own + Sync,
    make: impl Fn(&mut Own, usize) -> Result<Block> + Sync,
    mut hand_on: impl FnMut(Block) -> Result<()>,
) -> Result<()> {
    let threads = threads.get().min(count);
    thread::scope(|scope| {
        let (begin, make) = (&begin, &make);
        let made: Vec<Receiver<Result<Block>>> = (0..threads)
            .map(|first| {
                let (send, receive) = sync_channel(1);
                scope.spawn(move || {
                    let mut own = begin();
                    let mut blocks = (first..count).step_by(threads);
                    // Nobody receives any more after an error.
                    blocks.all(|block| send.send(make(&mut own, block)).is_ok());
                });
                receive
            })
            .collect();
        for block in 0..count {
            let made = made[block % threads].recv();
            hand_on(made.expect("BUG: a thread that writes panicked")?)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Error;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).expect("threads")
    }

    #[test]
    fn blocks_come_in_their_order_on_any_number_of_threads() {
        for (count, threads_count) in [(0, 2), (1, 4), (7, 1), (100, 3)] {
            let mut taken = Vec::new();
            let take = |block| {
                taken.push(block);
                Ok(())
            };
            in_order(
                threads(threads_count),
                count,
                || (),
                |(), block| Ok(block),
                take,
            )
            .expect("no errors");
            assert_eq!(taken, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        let mut taken = 0;
        let make = |(): &mut (), block| match block {
            5 => Err(Error::other("five")),
            _ => Ok(block),
        };
        let take = |_| {
            taken += 1;
            Ok(())
        };
        let ended = in_order(threads(3), 1_000, || (), make, take);
        assert_eq!(
            ended.map_err(|error| error.to_string()),
            Err("five".to_owned())
        );
        assert_eq!(taken, 5);
    }
}
