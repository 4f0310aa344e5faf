//! In which order the operations of a bulk request can be done.

use std::collections::BTreeSet;

use super::{Bulk, refers};

/// The steps of a bulk request, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What to do, one after the other.
    pub steps: Vec<Step>,
    /// For each operation the operations it refers to.
    pub needs: Vec<BTreeSet<usize>>,
}

/// One step of a bulk request; numbers are places in its list of operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Do the operation; all it refers to was done before.
    Run(usize),
    /// Do the operation without the references that close a circle.
    Begin(usize),
    /// All operations of a circle were done: put in what [`Step::Begin`] left
    /// out, or take the circle back if one of them failed.
    Close(Vec<usize>),
}

/// How far the walk is with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Walking,
    Done,
}

struct Walk<'n> {
    needs: &'n [BTreeSet<usize>],
    state: Vec<State>,
    steps: Vec<Step>,
    /// Operations done since the walk began at its root.
    since: Vec<usize>,
    /// Those of them that were begun without a reference.
    open: bool,
}

impl Order {
    /// Puts operations in order: as given, but what one refers to before it.
    #[must_use]
    pub fn of(bulk: &Bulk) -> Self {
        let creators = bulk.creators().unwrap_or_default();
        let needs = bulk.operations.iter().map(|operation| {
            let names = refers(&operation.data, &operation.path);
            names
                .iter()
                .filter_map(|name| creators.get(name.as_str()).copied())
                .collect()
        });
        let needs: Vec<BTreeSet<usize>> = needs.collect();
        let mut walk = Walk {
            state: vec![State::New; needs.len()],
            needs: &needs,
            steps: Vec::with_capacity(needs.len()),
            since: Vec::new(),
            open: false,
        };
        for at in 0..needs.len() {
            walk.from(at);
        }
        Self {
            steps: walk.steps,
            needs,
        }
    }
}

impl Walk<'_> {
    /// Walks everything that one operation needs, then it; closes the circles
    /// that were met.
    fn from(&mut self, root: usize) {
        self.visit(root);
        let since = std::mem::take(&mut self.since);
        if std::mem::take(&mut self.open) {
            self.steps.push(Step::Close(since));
        }
    }

    /// Depth is bounded by the number of operations a request may have.
    fn visit(&mut self, at: usize) {
        if self.state_of(at) != State::New {
            return;
        }
        self.set(at, State::Walking);
        let needs = self.needs.get(at).cloned().unwrap_or_default();
        for needed in &needs {
            self.visit(*needed);
        }
        let in_circle = needs
            .iter()
            .any(|needed| self.state_of(*needed) == State::Walking);
        self.open |= in_circle;
        self.steps.push(if in_circle {
            Step::Begin(at)
        } else {
            Step::Run(at)
        });
        self.since.push(at);
        self.set(at, State::Done);
    }

    fn state_of(&self, at: usize) -> State {
        self.state.get(at).copied().unwrap_or(State::Done)
    }

    fn set(&mut self, at: usize, state: State) {
        if let Some(slot) = self.state.get_mut(at) {
            *slot = state;
        }
    }
}
