//! Where the names of lines go, at the lines' right ends: each as near to its own end as the others
//! allow.

/// The places of names that want to be at `wanted` (in any order), at least `gap` apart and within
/// `[first, last]`; none for names that find no room. Names keep the order of their wishes, and
/// the first and the last of `wanted` are the last to go.
pub fn spread(wanted: &[f64], gap: f64, [first, last]: [f64; 2]) -> Vec<Option<f64>> {
    let room = ((last - first) / gap + 1e-9).max(0.0) as usize + 1;
    let mut named = evenly(wanted.len(), room);
    named.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));

    let mut places = vec![None; wanted.len()];
    let mut free = first;
    for index in &named {
        let place = wanted[*index].max(free);
        places[*index] = Some(place);
        free = place + gap;
    }
    // What was pushed beyond the end pushes back.
    let mut free = last;
    for index in named.iter().rev() {
        let place = places[*index].unwrap_or(free).min(free);
        places[*index] = Some(place);
        free = place - gap;
    }
    places
}

/// At most `most` of `count` indices, evenly, the first and the last among them.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    let steps = most.saturating_sub(1).max(1);
    (0..most).map(|step| step * (count - 1) / steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(wanted: &[f64], range: [f64; 2]) -> Vec<f64> {
        spread(wanted, 10.0, range).into_iter().flatten().collect()
    }

    #[test]
    fn names_stand_at_their_ends_where_these_are_far_apart() {
        assert_eq!(
            placed(&[50.0, 20.0, 80.0], [0.0, 100.0]),
            [50.0, 20.0, 80.0]
        );
    }

    #[test]
    fn crowded_names_make_room_in_their_order_and_stay_in_range() {
        assert_eq!(
            placed(&[52.0, 50.0, 51.0], [0.0, 100.0]),
            [70.0, 50.0, 60.0]
        );
        assert_eq!(
            placed(&[99.0, 98.0, 20.0], [0.0, 100.0]),
            [100.0, 90.0, 20.0]
        );
        assert_eq!(placed(&[-5.0, 300.0], [0.0, 100.0]), [0.0, 100.0]);
    }

    #[test]
    fn without_room_for_all_some_are_left_out_but_not_the_first_and_the_last() {
        let wanted = [0.0; 9];
        let places = spread(&wanted, 10.0, [0.0, 35.0]);
        let named: Vec<usize> = (0..9).filter(|index| places[*index].is_some()).collect();
        assert_eq!(named, [0, 2, 5, 8]);
        let mut found: Vec<f64> = places.into_iter().flatten().collect();
        found.sort_by(f64::total_cmp);
        assert_eq!(found, [0.0, 10.0, 20.0, 30.0]);
        assert_eq!(
            spread(&wanted, 10.0, [0.0, 5.0]).iter().flatten().count(),
            1
        );
        assert!(spread(&[], 10.0, [0.0, 5.0]).is_empty());
    }
}
