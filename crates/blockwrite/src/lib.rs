//! blockwrite
