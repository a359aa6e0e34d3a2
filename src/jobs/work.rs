//! The jobs of one server: begun, found again, cancelled, forgotten.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::meter::Meter;
use super::progress::Progress;
use crate::accounts::token::Token;
use crate::error::{AppError, respond};
use crate::ui::format::{count, duration, percent};

/// What is done within this time is answered at once.
const QUICK: Duration = Duration::from_millis(400);
/// How long an answer waits for whoever asked.
const KEPT: Duration = Duration::from_mins(5);
/// Jobs of one server at a time, those included whose answer waits.
const MOST: usize = 16;

/// The jobs of a server. Clones share them.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<HashMap<String, Job>>>);

/// What a job is about.
pub struct Order {
    /// Says what it computes, from what, and for whom, where that matters.
    pub key: String,
    /// What its meter counts: “rows counted”.
    pub unit: &'static str,
    /// Where to go when it is cancelled.
    pub back: String,
}

/// A job that its page follows.
pub struct Following {
    pub(super) id: String,
    pub(super) progress: Progress,
}

/// How far an order has come.
pub enum Run<T> {
    Done(T),
    UnderWay(Following),
}

/// What became of the work; none as long as it is under way.
type Ended<T> = watch::Receiver<Option<Result<T, AppError>>>;

struct Job {
    /// Cannot be guessed: whoever knows it may follow the job and cancel it.
    id: String,
    unit: &'static str,
    back: String,
    meter: Meter,
    began_at: Instant,
    looked_at: Instant,
    task: AbortHandle,
    /// An [`Ended`] of the type that the work gives.
    ended: Box<dyn Any + Send>,
}

/// Somebody who waits for a job.
struct Waiting<T> {
    id: String,
    meter: Meter,
    ended: Ended<T>,
}

impl Jobs {
    /// The answer to an order: of the job that is under way for its key, or of one that begins now.
    /// An answer is handed out once, so that whoever asks later gets one of then.
    pub async fn run<T, F>(
        &self,
        order: Order,
        work: impl FnOnce(Meter) -> F,
    ) -> Result<Run<T>, AppError>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let waiting = self.begin(order, work)?;
        self.wait(waiting).await
    }

    /// The job that is under way for a key, or its answer; begins nothing.
    pub async fn find<T>(&self, key: &str) -> Result<Option<Run<T>>, AppError>
    where
        T: Clone + Send + Sync + 'static,
    {
        let waiting = self.lock().get_mut(key).map(Job::look);
        match waiting {
            Some(waiting) => self.wait(waiting).await.map(Some),
            None => Ok(None),
        }
    }

    /// How far a job has come.
    pub fn progress(&self, job_id: &str) -> Progress {
        let mut jobs = self.lock();
        let job = jobs.values_mut().find(|job| job.id == job_id);
        job.map_or_else(ended, |job| {
            job.looked_at = Instant::now();
            job.progress()
        })
    }

    /// Cancels a job. Gives the address to go to.
    pub fn cancel(&self, job_id: &str) -> Result<String, AppError> {
        let job = self.take(job_id).ok_or_else(|| {
            AppError::conflict(
                "That came too late: it has ended, or the server was restarted. Look at the page \
                 for what came of it.",
            )
        })?;
        job.meter.cancel();
        job.task.abort();
        Ok(job.back)
    }

    fn begin<T, F>(
        &self,
        order: Order,
        work: impl FnOnce(Meter) -> F,
    ) -> Result<Waiting<T>, AppError>
    where
        T: Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let mut jobs = self.lock();
        if let Some(job) = jobs.get_mut(&order.key) {
            return Ok(job.look());
        }
        jobs.retain(|_, job| !job.task.is_finished() || job.looked_at.elapsed() < KEPT);
        if jobs.len() >= MOST {
            return Err(AppError::Busy {
                message: format!(
                    "This server computes {MOST} previews and other jobs already: try again in a \
                     moment."
                ),
            });
        }
        let meter = Meter::default();
        let (tell, ended) = watch::channel(None);
        let work = work(meter.clone());
        let task = tokio::spawn(async move {
            // Nobody listens where the job was cancelled.
            let _ = tell.send(Some(work.await));
        });
        let mut job = Job {
            id: Token::random().as_str().to_owned(),
            unit: order.unit,
            back: order.back,
            meter,
            began_at: Instant::now(),
            looked_at: Instant::now(),
            task: task.abort_handle(),
            ended: Box::new(ended),
        };
        let waiting = job.look();
        jobs.insert(order.key, job);
        Ok(waiting)
    }

    /// Waits a moment for the answer.
    async fn wait<T>(&self, mut waiting: Waiting<T>) -> Result<Run<T>, AppError>
    where
        T: Clone + Send + Sync + 'static,
    {
        let until_ended = waiting.ended.wait_for(Option::is_some);
        let is_gone = matches!(timeout(QUICK, until_ended).await, Ok(Err(_)));
        let answer = waiting.ended.borrow().clone();
        match answer {
            None if waiting.meter.is_cancelled() => Err(cancelled()),
            None if !is_gone => Ok(Run::UnderWay(Following {
                progress: self.progress(&waiting.id),
                id: waiting.id,
            })),
            None => {
                self.take(&waiting.id);
                Err(respond::panicked("a job"))
            }
            Some(answer) => {
                self.take(&waiting.id);
                answer.map(Run::Done)
            }
        }
    }

    /// Takes a job out. Its key may have a newer one meanwhile, which stays.
    fn take(&self, job_id: &str) -> Option<Job> {
        let mut jobs = self.lock();
        jobs.extract_if(|_, job| job.id == job_id)
            .next()
            .map(|(_, job)| job)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    /// Somebody waits for the answer.
    fn look<T: 'static>(&mut self) -> Waiting<T> {
        self.looked_at = Instant::now();
        let ended = self.ended.downcast_ref::<Ended<T>>();
        Waiting {
            id: self.id.clone(),
            meter: self.meter.clone(),
            ended: ended.expect("BUG: two kinds of work have one key").clone(),
        }
    }

    fn progress(&self) -> Progress {
        let (done, all) = self.meter.read();
        if self.task.is_finished() {
            return ended();
        }
        let share = if all == 0 {
            0.0
        } else {
            done as f64 / all as f64
        };
        Progress {
            is_running: true,
            share,
            summary: summary(done, all, self.unit, self.began_at.elapsed()),
            figures: Vec::new(),
        }
    }
}

fn summary(done: u64, all: u64, unit: &str, since: Duration) -> String {
    if done == 0 {
        return "It has begun.".to_owned();
    }
    if done == all {
        return format!("{} {unit}; the last step is under way.", count(all));
    }
    let left = (since.as_secs_f64() * (all - done) as f64 / done as f64).max(1.0);
    format!(
        "{} of {} {unit} ({}), about {} to go.",
        count(done),
        count(all),
        percent(done as f64 / all as f64),
        duration(left)
    )
}

/// The page is asked for again and says what came of it.
fn ended() -> Progress {
    Progress {
        is_running: false,
        share: 1.0,
        summary:
            "It has ended. Load the page again to see what came of it; a preview can be asked \
                  for again with what you typed."
                .to_owned(),
        figures: Vec::new(),
    }
}

fn cancelled() -> AppError {
    AppError::conflict("It was cancelled: nothing was changed.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    fn order(key: &str) -> Order {
        Order {
            key: key.to_owned(),
            unit: "rows counted",
            back: "/back".to_owned(),
        }
    }

    fn done<T>(run: Run<T>) -> Option<T> {
        match run {
            Run::Done(answer) => Some(answer),
            Run::UnderWay(_) => None,
        }
    }

    #[tokio::test]
    async fn what_is_quick_is_answered_at_once_and_computed_anew_the_next_time() {
        let jobs = Jobs::default();
        for answer in [1, 2] {
            let run = jobs.run(order("a"), |_| async move { Ok(answer) }).await;
            assert_eq!(done(run.unwrap()), Some(answer));
        }
        assert!(jobs.find::<i32>("a").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn what_takes_longer_is_followed_and_its_answer_found_under_its_key() {
        let jobs = Jobs::default();
        let (go_on, told) = oneshot::channel::<()>();
        let work = |meter: Meter| async move {
            meter.expect(4_000);
            meter.add(1_000);
            let _ = told.await;
            Ok("counted")
        };
        let run = jobs.run(order("a"), work).await.unwrap();
        let Run::UnderWay(first) = run else {
            panic!("it can't have ended");
        };
        assert!(first.progress.is_running);
        assert!((first.progress.share - 0.25).abs() < 1e-9);
        let summary = &first.progress.summary;
        assert!(
            summary.starts_with("1,000 of 4,000 rows counted (25"),
            "{summary}"
        );

        // The page that is asked for again finds the same job and begins none.
        let again = jobs.run(order("a"), |_| async { Ok("another") }).await;
        let Run::UnderWay(again) = again.unwrap() else {
            panic!("it can't have ended");
        };
        assert_eq!(again.id, first.id);
        go_on.send(()).unwrap();
        let found = jobs.find("a").await.unwrap().and_then(done);
        assert_eq!(found, Some("counted"));
        assert!(!jobs.progress(&first.id).is_running);
    }

    #[tokio::test]
    async fn a_cancelled_job_ends_and_says_where_to_go() {
        let jobs = Jobs::default();
        let (alive, mut ended) = oneshot::channel::<()>();
        let work = |_: Meter| async move {
            let _alive = alive;
            std::future::pending::<Result<(), AppError>>().await
        };
        let Run::UnderWay(job) = jobs.run(order("a"), work).await.unwrap() else {
            panic!("it never ends");
        };
        assert_eq!(jobs.cancel(&job.id).unwrap(), "/back");
        assert!((&mut ended).await.is_err(), "what it held is let go of");
        assert!(jobs.cancel(&job.id).is_err());
        assert!(!jobs.progress(&job.id).is_running);
        assert!(jobs.find::<()>("a").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_server_takes_so_many_jobs_and_no_more() {
        let jobs = Jobs::default();
        let never = |_: Meter| std::future::pending::<Result<(), AppError>>();
        for number in 0..MOST {
            jobs.begin(order(&number.to_string()), never).unwrap();
        }
        let refused = jobs.begin(order("one more"), never);
        assert!(matches!(refused, Err(AppError::Busy { .. })));
    }

    #[tokio::test]
    async fn work_that_panics_is_told_with_a_reference() {
        let jobs = Jobs::default();
        let broken = |_: Meter| async { panic!("a test's own") };
        let told = jobs.run::<(), _>(order("a"), broken).await;
        assert!(matches!(told, Err(AppError::Internal { .. })));
    }
}
