//! Prices that move: gathered for a moment, so that a stream says each once, however often it has moved.

use crate::domain::event::Signal;
use crate::kernel::clock::Stopwatch;
use crate::kernel::id::SymbolId;
use crate::kernel::limits;
use std::collections::BTreeSet;
use std::time::Duration;

/// Prices that have moved and were not told yet on one stream.
#[derive(Debug, Default)]
pub(super) struct Moved {
    symbols: BTreeSet<SymbolId>,
    told: Option<Stopwatch>,
}

impl Moved {
    /// Takes a signal in, where it is of a price.
    pub fn takes(&mut self, signal: Signal) -> bool {
        let Signal::Quote(symbol) = signal else { return false };
        self.symbols.insert(symbol);
        true
    }

    /// How long until they are to be told; `None` where none has moved.
    pub fn until_told(&self) -> Option<Duration> {
        let pause = || self.told.map_or(Duration::ZERO, |last| limits::QUOTE_PAUSE.saturating_sub(last.elapsed()));
        (!self.symbols.is_empty()).then(pause)
    }

    /// Those to be told now.
    pub fn take(&mut self) -> Vec<SymbolId> {
        self.told = Some(Stopwatch::start());
        std::mem::take(&mut self.symbols).into_iter().collect()
    }
}
