//! How many runs a machine carries on its CPU, and which worker trains which. A GPU takes all of them in one
//! dispatch, so nothing here is asked then.

use std::ops::Range;

use crate::scene::WALL_SIZES;

/// Runs that one core trains without its steps becoming too rare to watch.
pub const MOST_PER_WORKER: usize = 16;

/// Each worker holds the program and its memory anew.
const MOST_WORKERS: usize = 16;

/// Workers for a machine with so many cores: one core is left to the page.
pub fn workers(cores: usize) -> usize {
    cores.saturating_sub(1).clamp(1, MOST_WORKERS)
}

/// The size of the wall that so many workers carry: the one asked for, or the largest below it.
pub fn carried(asked: usize, workers: usize) -> usize {
    let most = asked.min(workers * MOST_PER_WORKER);
    let sizes = WALL_SIZES.into_iter().filter(|size| *size <= most);
    sizes.max().unwrap_or(WALL_SIZES[0])
}

/// The members of each worker, in order: as equally many as can be, and no worker without one.
pub fn split(members: usize, workers: usize) -> Vec<Range<usize>> {
    let workers = workers.clamp(1, members.max(1));
    let start = |worker: usize| worker * members / workers;
    (0..workers)
        .map(|worker| start(worker)..start(worker + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_is_left_to_the_page_and_the_smallest_machine_still_has_a_wall() {
        let of = |cores| {
            let workers = workers(cores);
            (workers, carried(64, workers), carried(16, workers))
        };
        assert_eq!(of(1), (1, 16, 16));
        assert_eq!(of(2), (1, 16, 16));
        // Two workers carry 32, which is no wall.
        assert_eq!(of(3), (2, 16, 16));
        assert_eq!(of(4), (3, 36, 16));
        assert_eq!(of(8), (7, 64, 16));
        assert_eq!(of(128), (16, 64, 16));
    }

    #[test]
    fn every_member_has_one_worker_and_no_worker_has_more_than_one_above_another() {
        for members in WALL_SIZES {
            for workers in 1..=20 {
                let parts = split(members, workers);
                let joined: Vec<usize> = parts.iter().cloned().flatten().collect();
                assert_eq!(joined, (0..members).collect::<Vec<_>>());
                assert_eq!(parts.len(), workers.min(members));
                let sizes = parts.iter().map(Range::len);
                let (least, most) = (sizes.clone().min().unwrap(), sizes.max().unwrap());
                assert!(least >= 1 && most - least <= 1, "{members}, {workers}");
            }
        }
    }
}
