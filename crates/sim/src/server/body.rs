//! The body of an answer, whole or as a fault wants it.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// The connection is to be cut here.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a fault cuts the connection")]
pub(crate) struct Cut;

/// What is sent after the head of an answer.
#[derive(Debug)]
pub(crate) enum AnswerBody {
    Whole(Option<Bytes>),
    Staged(Staged),
}

/// A body in pieces with pauses, which may end early.
#[derive(Debug)]
pub(crate) struct Staged {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    /// What `Content-Length` promises.
    promised: u64,
    ends: Ends,
    waiting: Option<Pin<Box<Sleep>>>,
}

/// How a staged body ends.
#[derive(Debug, Clone)]
pub(crate) enum Ends {
    Well,
    /// The connection is closed.
    Closed,
    /// The connection is reset.
    Reset(Arc<AtomicBool>),
}

/// Time for the bytes before a cut to reach the client, who shall see a part of the body.
const BEFORE_A_CUT: Duration = Duration::from_millis(5);

impl AnswerBody {
    /// All of `bytes`, `size` at a time.
    pub(crate) fn drip(bytes: Bytes, size: usize, pause: Duration) -> Self {
        let promised = bytes.len() as u64;
        let mut rest = bytes;
        let mut pieces = VecDeque::new();
        while !rest.is_empty() {
            pieces.push_back(rest.split_to(size.max(1).min(rest.len())));
        }
        Self::Staged(Staged { pieces, pause, promised, ends: Ends::Well, waiting: None })
    }

    /// The first `after` bytes, then the end of the connection.
    pub(crate) fn cut(bytes: &Bytes, after: usize, ends: Ends) -> Self {
        let pieces = VecDeque::from([bytes.slice(..after.min(bytes.len()))]);
        // At least one byte more is promised, or an empty body could not be cut.
        let promised = (bytes.len() as u64).max(after as u64 + 1);
        Self::Staged(Staged { pieces, pause: BEFORE_A_CUT, promised, ends, waiting: None })
    }

    pub(crate) fn promised(&self) -> u64 {
        match self {
            Self::Whole(bytes) => bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::Staged(staged) => staged.promised,
        }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Staged(staged) => staged.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Staged(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised())
    }
}

impl Staged {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(waiting) = &mut self.waiting {
            std::task::ready!(waiting.as_mut().poll(context));
            self.waiting = None;
        }
        if let Some(piece) = self.pieces.pop_front() {
            if !self.pieces.is_empty() || !matches!(self.ends, Ends::Well) {
                self.waiting = Some(Box::pin(sleep(self.pause)));
            }
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        match &self.ends {
            Ends::Well => Poll::Ready(None),
            Ends::Closed => Poll::Ready(Some(Err(Cut))),
            Ends::Reset(flag) => {
                flag.store(true, Ordering::Release);
                Poll::Ready(Some(Err(Cut)))
            }
        }
    }
}
