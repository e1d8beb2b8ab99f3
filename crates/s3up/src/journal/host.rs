//! Which machine this is, as far as locks are concerned.

/// The kernel's own mark, the same in all its containers and another after each start: whoever has
/// it sees the same locks. `None` where there is no such mark.
pub(super) fn this() -> Option<String> {
    let mark = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let mark = mark.trim();
    (!mark.is_empty()).then(|| mark.to_owned())
}
