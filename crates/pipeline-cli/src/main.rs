//! Parse, run, exit code.

fn main() {
    keep_memory();
    // A panic is a defect of ours; its message has been printed, and the exit code says so too.
    let code = std::panic::catch_unwind(|| pipeline_cli::main(std::env::args_os()));
    std::process::exit(code.unwrap_or(pipeline_cli::ExitCode::Internal as i32));
}

/// Lets the allocator keep the memory of a block for the next one, and no more than that.
///
/// By itself glibc hands memory back as soon as more lies free than twice the largest piece that it
/// once mapped, and a block is many times its largest piece: each would be made in pages that the
/// kernel has to find and clear first, which took a quarter of a run's time. Row groups are larger, and
/// have memory of their own, which `blockwrite` keeps for the next ones: among the columns of blocks,
/// they tore the arenas apart, and a run over 20 million rows took up to twice the memory of one over
/// one million. Other allocators take no notice.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "a function of C, for which there is no other way"
)]
fn keep_memory() {
    // More than the columns of a block: so much may lie free at the end of an arena.
    const KEPT_BYTES: libc::c_int = 64 << 20;
    // Above the largest column of a block of 16 MiB, and below its row group: pieces from here on
    // are mapped by themselves.
    const MAPPED_FROM_BYTES: libc::c_int = 8 << 20;
    // SAFETY: mallopt(3) takes two numbers and changes nothing but settings of the allocator. It is
    // called before there is another thread, which is what its page asks for.
    unsafe {
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES);
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_memory() {}
