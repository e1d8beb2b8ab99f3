//! blockgen
