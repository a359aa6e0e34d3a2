//! Rows that programs post: durable before they are acknowledged, counted once however often sent.
//!
//! Posts to one catalog by one program wait in one queue, and each transaction takes all that wait,
//! so that a hundred small posts cost little more than one. What a transaction stores is one batch,
//! visible with the catalog's next number, as an import is; the follower does the rest. A post is
//! answered when its rows are committed, and its rows are committed also when the program has gone.
//! Start reading at [`Posts`]; `read` is what a body may be, `store` what a transaction does.

pub mod http;
pub(in crate::interactions) mod read;
pub(in crate::interactions) mod store;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::oneshot;

use crate::accounts::types::Actor;
use crate::error::AppError;
use crate::interactions::types::Interaction;

/// The most rows of one post.
pub const ROWS_MOST: usize = 10_000;
/// A transaction takes no further post once it has so many rows.
const TOGETHER_MOST: usize = 10_000;
/// Rows that may wait for their transaction on one server; a post beyond is asked to come again.
const WAITING_MOST: usize = 200_000;

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// Rows that were not there before.
    pub accepted: usize,
    /// Rows that were: earlier in the post, in another post, or in a visible import.
    pub duplicates: usize,
    /// The catalog's change from which on the rows count.
    pub change: i64,
}

/// Takes posts for a server. Cloning it shares the queues.
#[derive(Clone)]
pub struct Posts {
    db: PgPool,
    queues: Arc<Mutex<Queues>>,
}

#[derive(Default)]
struct Queues {
    /// Rows in all queues.
    rows: usize,
    /// A queue is here exactly while a task works it off.
    waiting: HashMap<Lane, VecDeque<Waiting>>,
}

/// What may be stored by one transaction: one catalog and one author.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Lane {
    catalog_id: String,
    author: String,
}

/// A post, and who waits for its answer.
struct Waiting {
    post: Post,
    answer: Answer,
}

/// Rows that came together, all sound.
#[derive(Debug, Clone)]
struct Post {
    rows: Vec<Interaction>,
    /// When they came: the time of rows that have none of their own.
    at: DateTime<Utc>,
}

impl Posts {
    pub fn new(db: PgPool) -> Self {
        Self {
            db,
            queues: Arc::default(),
        }
    }

    /// Stores rows; answers when they are durable and have their number.
    async fn add(&self, actor: &Actor, catalog_id: &str, post: Post) -> Result<Posted, AppError> {
        let lane = Lane {
            catalog_id: catalog_id.to_owned(),
            author: actor.key(),
        };
        let (answer, answered) = oneshot::channel();
        let is_first = self.queue(&lane, Waiting { post, answer })?;
        if is_first {
            let (posts, actor) = (self.clone(), actor.clone());
            let worker = Worker {
                posts,
                lane,
                in_hand: 0,
                is_done: false,
            };
            tokio::spawn(worker.run(actor));
        }
        answered.await.unwrap_or_else(|_| {
            Err(AppError::Busy {
                message: "The server is stopping: send the rows again. None counts twice."
                    .to_owned(),
            })
        })
    }

    /// Puts a post in its queue; whether nobody works that queue off yet.
    fn queue(&self, lane: &Lane, waiting: Waiting) -> Result<bool, AppError> {
        let mut queues = self.lock();
        let rows = waiting.post.rows.len();
        if queues.rows + rows > WAITING_MOST {
            return Err(AppError::Busy {
                message: format!(
                    "{} rows wait to be stored already, and no more than {WAITING_MOST} may: \
                     nothing of this post was taken; send it again shortly.",
                    queues.rows
                ),
            });
        }
        queues.rows += rows;
        let is_first = !queues.waiting.contains_key(lane);
        let queue = queues.waiting.entry(lane.clone()).or_default();
        queue.push_back(waiting);
        Ok(is_first)
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works one queue off.
struct Worker {
    posts: Posts,
    lane: Lane,
    /// Rows that are being stored.
    in_hand: usize,
    /// Whether the queue was found empty and removed.
    is_done: bool,
}

impl Worker {
    async fn run(mut self, actor: Actor) {
        while let Some((posts, answers)) = self.next() {
            let catalog_id = &self.lane.catalog_id;
            match store::store(&self.posts.db, &actor, catalog_id, posts).await {
                Ok(Some(posted)) => {
                    for (answer, posted) in answers.into_iter().zip(posted) {
                        // Whoever has gone away can read it in the table.
                        let _ = answer.send(Ok(posted));
                    }
                }
                Ok(None) => {
                    let what = format!("The catalog “{catalog_id}”");
                    refuse(answers, &AppError::not_found(what));
                }
                Err(error) => refuse(answers, &AppError::from(error)),
            }
        }
    }

    /// The posts of the next transaction; removes the queue when there is none.
    fn next(&mut self) -> Option<(Vec<Post>, Vec<Answer>)> {
        let mut queues = self.posts.lock();
        queues.rows -= std::mem::take(&mut self.in_hand);
        let queue = queues.waiting.get_mut(&self.lane)?;
        let (mut posts, mut answers) = (Vec::new(), Vec::new());
        while let Some(next) = queue.front()
            && (posts.is_empty() || self.in_hand + next.post.rows.len() <= TOGETHER_MOST)
        {
            self.in_hand += next.post.rows.len();
            let next = queue.pop_front().expect("BUG: the front is gone");
            posts.push(next.post);
            answers.push(next.answer);
        }
        if posts.is_empty() {
            queues.waiting.remove(&self.lane);
            self.is_done = true;
            return None;
        }
        Some((posts, answers))
    }
}

impl Drop for Worker {
    /// A fault of ours must not leave posts waiting for a worker that is gone.
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let mut queues = self.posts.lock();
        let left = queues.waiting.remove(&self.lane).unwrap_or_default();
        let rows: usize = left.iter().map(|waiting| waiting.post.rows.len()).sum();
        queues.rows -= rows + self.in_hand;
    }
}

type Answer = oneshot::Sender<Result<Posted, AppError>>;

fn refuse(answers: Vec<Answer>, error: &AppError) {
    for answer in answers {
        let _ = answer.send(Err(error.clone()));
    }
}
