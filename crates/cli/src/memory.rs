//! The allocator: what is free goes back to the system at once. The C library's own keeps what a
//! large list leaves behind (decision 7).

#[cfg(all(unix, feature = "jemalloc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[cfg(all(test, target_os = "linux", feature = "jemalloc"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    /// Kilobytes of memory that are this process's own.
    fn own() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    #[test]
    fn memory_that_is_free_goes_back_though_some_between_is_still_in_use() {
        let before = own();
        let mut pieces: Vec<Vec<u8>> = (0..2_000).map(|_| vec![1; 32 * 1024]).collect();
        let full = own();
        assert!(full - before > 50_000, "64 MB were written: {before} to {full} kB");
        let mut number = 0;
        pieces.retain(|_| {
            number += 1;
            number % 100 == 0
        });
        let after = own();
        assert!(after < before + 20_000, "{} of 2000 pieces are left: {after} kB", pieces.len());
    }
}
