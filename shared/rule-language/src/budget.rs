//! Limits on the work of a rule.

/// The result of an operation that does not know its place in the code.
pub(crate) type OpResult<T> = Result<T, String>;

/// The steps and the memory that a rule can still use.
///
/// With a new budget for each picture, the result does not depend on other pictures.
#[derive(Clone, Debug)]
pub struct Budget {
    steps: u32,
    memory: u32,
}

impl Budget {
    /// The steps for a picture. A step is a part of an expression, an element of a list, or some
    /// bytes of a text.
    pub const STEPS: u32 = 100_000;
    /// The bytes of all values that the rule makes for a picture, also of those that it does not
    /// use any more.
    pub const MEMORY: u32 = 4 << 20;

    /// Spends steps.
    pub(crate) fn spend(&mut self, steps: usize) -> OpResult<()> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.checked_sub(steps));
        self.steps = left.unwrap_or_default();
        match left {
            Some(_) => Ok(()),
            None => Err("The rule takes too many steps for one picture. Use fewer or shorter loops.".into()),
        }
    }

    /// Spends a step and a part of one for each element or byte of an operation that is fast.
    pub(crate) fn scan(&mut self, elements: usize) -> OpResult<()> {
        self.spend(1 + elements / 16)
    }

    /// Spends memory, and steps to fill it. Is called before an allocation.
    pub(crate) fn allocate(&mut self, bytes: usize) -> OpResult<()> {
        let left = u32::try_from(bytes).ok().and_then(|bytes| self.memory.checked_sub(bytes));
        self.memory = left.unwrap_or_default();
        match left {
            Some(_) => self.spend(bytes / 64),
            None => {
                Err("The rule takes too much memory for one picture. Use shorter texts and lists.".into())
            }
        }
    }
}

impl Default for Budget {
    /// Creates a budget for one picture.
    fn default() -> Self {
        Self { steps: Self::STEPS, memory: Self::MEMORY }
    }
}
