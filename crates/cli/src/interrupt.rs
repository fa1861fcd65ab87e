//! Ctrl-C for work that has to put something away before it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Exit;

/// Begins to catch Ctrl-C; unlike `tokio::signal::ctrl_c`, at once and not when first awaited.
#[cfg(unix)]
fn listen() -> std::io::Result<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn listen() -> std::io::Result<tokio::signal::windows::CtrlC> {
    tokio::signal::windows::ctrl_c()
}

/// Whether Ctrl-C was pressed.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Never set: Ctrl-C ends the process by itself.
    pub(crate) fn never() -> Self {
        Self(Arc::default())
    }

    /// Set by the first Ctrl-C; a second one ends the process at once.
    pub(crate) fn watch() -> Self {
        let set = Self::never();
        let flag = set.clone();
        let (ready, begun) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let Ok(mut signal) = listen() else { return };
                let _ = ready.send(());
                signal.recv().await;
                flag.0.store(true, Ordering::Relaxed);
                signal.recv().await;
                std::process::exit(Exit::Interrupted as i32);
            });
        });
        // Without a handler the default stays, which also ends the process.
        let _ = begun.recv();
        set
    }

    /// Whether to stop.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
