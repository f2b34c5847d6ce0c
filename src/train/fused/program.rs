//! A list of operations with the places at which all threads wait for each other, and its words for the
//! shader. It knows no network: [`super::plan`] and [`super::looking`] fill it.

use super::operation::Operation;

/// Operations in their order; those of one phase may run at the same time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The operations.
    pub operations: Vec<Operation>,
    /// Where each phase ends.
    pub phases: Vec<usize>,
}

impl Program {
    pub(super) fn push(&mut self, operation: Operation) {
        self.operations.push(operation);
    }

    /// All threads wait for what has been pushed so far.
    pub(super) fn wait(&mut self) {
        let end = self.operations.len();
        if self.phases.last().copied().unwrap_or(0) < end {
            self.phases.push(end);
        }
    }

    /// Turns that loops take in one thread of so many, about.
    pub(super) fn turns(&self, threads: u32) -> u64 {
        self.operations
            .iter()
            .map(|operation| operation.turns(threads))
            .sum()
    }

    /// The words for the shader. The last phase has no barrier where the first may overlap with it.
    pub(super) fn words(&self, table: &[[f32; 2]]) -> Vec<u32> {
        let operations = self.operations.iter().enumerate();
        let mut words: Vec<u32> = operations
            .flat_map(|(index, operation)| {
                let last = index + 1 == self.operations.len();
                operation.words(
                    !last && self.phases.contains(&(index + 1)),
                    4 * self.operations.len() as u32,
                )
            })
            .collect();
        words.extend(
            table
                .iter()
                .flat_map(|[x, y]| [x.to_bits(), y.to_bits(), 0, 0]),
        );
        words
    }
}
