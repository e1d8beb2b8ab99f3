//! Parse, run, exit code.

fn main() {
    keep_memory();
    // A panic is a defect of ours; its message has been printed, and the exit code says so too.
    let code = std::panic::catch_unwind(|| pipeline_cli::main(std::env::args_os()));
    std::process::exit(code.unwrap_or(pipeline_cli::ExitCode::Internal as i32));
}

/// Lets the allocator keep the memory of a block for the next one.
///
/// glibc hands memory back as soon as more lies free than twice the largest piece that it once
/// mapped, and a block is many times its largest piece: each would be made in pages that the kernel
/// has to find and clear first, which took a quarter of a run's time. Freeing one large piece that
/// nobody writes to raises the threshold once for all, up to 32 MiB (mallopt(3), M_MMAP_THRESHOLD).
/// What is kept is what the next block uses. Other allocators take no notice.
fn keep_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(31 << 20)));
}
