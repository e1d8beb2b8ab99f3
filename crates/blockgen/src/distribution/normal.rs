//! The standard normal distribution.

use crate::random::RowRng;

/// A number from the standard normal distribution, by its quantile of a number between 0 and 1.
///
/// Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution" (1988), routine
/// PPND16, about 16 digits exact: quotients of polynomials, and further out than 0.425 from the
/// middle, where 15 in 100 lie, of the root of a logarithm.
#[inline]
pub(super) fn standard_normal(rng: &mut RowRng) -> f64 {
    quantile(rng.open_unit())
}

#[inline]
fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&CENTRE[0], r) / polynomial(&CENTRE[1], r);
    }
    tail(p, q)
}

#[cold]
fn tail(p: f64, q: f64) -> f64 {
    let distance = p.min(1.0 - p);
    let r = libm::sqrt(-libm::log(distance));
    let value = if r <= 5.0 {
        polynomial(&NEAR[0], r - 1.6) / polynomial(&NEAR[1], r - 1.6)
    } else {
        polynomial(&FAR[0], r - 5.0) / polynomial(&FAR[1], r - 5.0)
    };
    if q < 0.0 { -value } else { value }
}

/// Horner's scheme, the highest power first.
#[inline]
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients
        .iter()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Numerator and denominator, to as many digits as floats have.
const CENTRE: [[f64; 8]; 2] = [
    [
        2_509.0809287301227,
        33_430.57558358813,
        67_265.7709270087,
        45_921.95393154987,
        13_731.69376550946,
        1_971.5909503065513,
        133.14166789178438,
        3.3871328727963665,
    ],
    [
        5_226.495278852854,
        28_729.085735721943,
        39_307.89580009271,
        21_213.794301586597,
        5_394.196021424751,
        687.1870074920579,
        42.31333070160091,
        1.0,
    ],
];
const NEAR: [[f64; 8]; 2] = [
    [
        0.0007745450142783414,
        0.022723844989269184,
        0.2417807251774506,
        1.2704582524523684,
        3.6478483247632045,
        5.769497221460691,
        4.630337846156546,
        1.4234371107496835,
    ],
    [
        1.0507500716444169e-9,
        0.0005475938084995345,
        0.015198666563616457,
        0.14810397642748008,
        0.6897673349851,
        1.6763848301838038,
        2.053191626637759,
        1.0,
    ],
];
const FAR: [[f64; 8]; 2] = [
    [
        2.0103343992922881e-7,
        2.7115555687434876e-5,
        0.0012426609473880784,
        0.026532189526576124,
        0.29656057182850487,
        1.7848265399172913,
        5.463784911164114,
        6.657904643501103,
    ],
    [
        2.0442631033899397e-15,
        1.421511758316446e-7,
        1.8463183175100548e-5,
        0.0007868691311456133,
        0.014875361290850615,
        0.1369298809227358,
        0.599832206555888,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The distribution function by another route undoes the quantile.
    #[test]
    fn the_quantile_is_exact_from_end_to_end() {
        let lower = |z: f64| libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0;
        for step in 1..4_000 {
            let p = f64::from(step) / 4_000.0;
            assert!((lower(quantile(p)) - p).abs() < 1e-14, "{p}");
        }
        for power in 5..=53 {
            let p = libm::exp2(-f64::from(power));
            let z = quantile(p);
            assert!((lower(z) / p - 1.0).abs() < 1e-12, "2^-{power}");
            assert!(
                (quantile(1.0 - p) + z).abs() < 1e-9 || power > 20,
                "2^-{power}"
            );
        }
        assert_eq!(quantile(0.5), 0.0);
    }
}
