//! `product`: numbers of the same row, multiplied.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::column::{Block, Column, FillError};
use crate::compile::Rejected;
use crate::scope::Scope;

/// Options of [`ColumnKind::Product`](crate::ColumnKind::Product).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductOptions {
    /// The columns of the same table that are multiplied, 1 to 16 of them, integers, floats or
    /// decimals, such as a price and a quantity. Where one is null, the product is null.
    pub of: Vec<String>,
    /// A number that is multiplied with them, such as a rate of tax; 1 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Decimals that the product is rounded to, 0 to 15, a half away from zero; not rounded if not
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
}

const MAX_FACTORS: usize = 16;
const MAX_DECIMALS: u8 = 15;

#[derive(Debug)]
pub(super) struct Product {
    of: Vec<Arc<dyn Column>>,
    factor: f64,
    /// Ten to the power of the decimals.
    scale: Option<f64>,
}

impl Product {
    pub(super) fn new(options: &ProductOptions, scope: &Scope<'_>) -> Result<Self, Rejected> {
        let mut right = Ok(());
        let factor = options.factor.unwrap_or(1.0);
        if !factor.is_finite() {
            right = Err(scope.invalid("factor", factor, "a finite number"));
        }
        if let Some(decimals) = options.decimals.filter(|decimals| *decimals > MAX_DECIMALS) {
            right = Err(scope.invalid("decimals", decimals, format!("0 to {MAX_DECIMALS}")));
        }
        if !(1..=MAX_FACTORS).contains(&options.of.len()) {
            let found = format!("a list of {}", options.of.len());
            right = Err(scope.invalid("of", found, format!("1 to {MAX_FACTORS} columns")));
        }
        let mut of = Vec::new();
        for name in options.of.iter().take(MAX_FACTORS) {
            match scope.sibling("of", name) {
                Ok(column) if column.data_type().is_numeric() => of.push(column),
                Ok(column) => {
                    let found = format!("`{name}`, which is of type {}", column.data_type());
                    right = Err(scope.invalid("of", found, "columns of numbers"));
                }
                Err(rejected) => right = Err(rejected),
            }
        }
        right?;
        let scale = options
            .decimals
            .map(|decimals| 10u64.pow(u32::from(decimals)) as f64);
        Ok(Self { of, factor, scale })
    }
}

impl Column for Product {
    fn data_type(&self) -> DataType {
        DataType::Float64
    }

    fn nullable(&self) -> bool {
        self.of.iter().any(|column| column.nullable())
    }

    fn fill(&self, block: &Block<'_>) -> Result<ArrayRef, FillError> {
        let mut products = vec![self.factor; block.rows.len()];
        let mut nulls = None;
        for column in &self.of {
            let numbers = cast(&block.values(column)?, &DataType::Float64)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            for (product, number) in products.iter_mut().zip(numbers.values()) {
                *product *= number;
            }
            nulls = NullBuffer::union(nulls.as_ref(), numbers.nulls());
        }
        if let Some(scale) = self.scale {
            for product in &mut products {
                let scaled = *product * scale;
                // Beyond 2^53 there are no decimals to round, and far beyond no such product.
                if scaled.is_finite() {
                    *product = scaled.round() / scale;
                }
            }
        }
        Ok(Arc::new(Float64Array::new(products.into(), nulls)))
    }
}
