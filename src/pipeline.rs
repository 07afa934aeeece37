//! x

/// Sets up threads and allocator, once, before any work: `n_threads` workers, one computation on each.
///
/// candle would start threads of its own inside each operation; work is spread by whole batches instead. Large buffers
/// freed by one batch are kept for the next rather than unmapped. A second call changes nothing.
#[expect(unsafe_code, reason = "set_var and mallopt have no safe form; this runs before any other thread exists")]
pub fn set_up(n_threads: usize) {
    unsafe {
        std::env::set_var("RAYON_NUM_THREADS", "1");
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        {
            libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 30);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 1 << 30);
            libc::mallopt(libc::M_TOP_PAD, 64 << 20);
        }
    }
    // An error means that the pool is already there.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build_global();
}
