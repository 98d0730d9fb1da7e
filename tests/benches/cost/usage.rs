//! Amounts that AWS bills.

use std::collections::BTreeMap;
use std::ops::{Add, Mul};

use crate::prices::Item;

/// An amount of each item.
#[derive(Clone, Debug, Default)]
pub struct Usage(BTreeMap<Item, f64>);

impl Usage {
    /// Returns the usage of these amounts.
    pub fn of(amounts: impl IntoIterator<Item = (Item, f64)>) -> Self {
        let mut usage = Self::default();
        for (item, amount) in amounts {
            usage.include(item, amount);
        }
        usage
    }

    /// Adds an amount of an item.
    pub fn include(&mut self, item: Item, amount: f64) {
        *self.0.entry(item).or_default() += amount;
    }

    /// Returns the amount of an item.
    pub fn amount(&self, item: Item) -> f64 {
        self.0.get(&item).copied().unwrap_or_default()
    }

    /// Returns the price without any free tier.
    pub fn list_dollars(&self) -> f64 {
        self.0.iter().map(|(item, amount)| item.list_dollars(*amount)).sum()
    }

    /// Returns the price of this usage in a month, with the free tier that does not expire.
    pub fn monthly_dollars(&self) -> f64 {
        self.0.iter().map(|(item, amount)| item.dollars(*amount)).sum()
    }

    /// Returns the price by service, computed by `price`.
    pub fn by_service(&self, price: impl Fn(Item, f64) -> f64) -> BTreeMap<&'static str, f64> {
        let mut services = BTreeMap::new();
        for (item, amount) in &self.0 {
            *services.entry(item.service()).or_default() += price(*item, *amount);
        }
        services
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        for (item, amount) in other.0 {
            self.include(item, amount);
        }
        self
    }
}

impl Mul<f64> for &Usage {
    type Output = Usage;

    fn mul(self, factor: f64) -> Usage {
        Usage(self.0.iter().map(|(item, amount)| (*item, amount * factor)).collect())
    }
}
