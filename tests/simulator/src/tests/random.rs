use crate::random::Random;

#[test]
fn the_same_seed_draws_the_same_numbers_everywhere() {
    let mut random = Random::new(42);
    let drawn: Vec<u64> = (0..4).map(|_| random.exponential(1_000)).collect();
    assert_eq!(drawn, [1_467, 2_368, 3_088, 669]);
}

#[test]
fn means_are_what_was_asked_for() {
    let mut random = Random::new(7);
    let count = 100_000;
    let exponential: u64 = (0..count).map(|_| random.exponential(1_000)).sum::<u64>() / count;
    assert!((985..1_015).contains(&exponential), "{exponential}");
    let skewed = (0..count).map(|_| random.skewed_secs(240, 5)).sum::<i64>() / count as i64;
    assert!((235..245).contains(&skewed), "{skewed}");
    let heads = (0..count).filter(|_| random.chance(250)).count();
    assert!((24_500..25_500).contains(&heads), "{heads}");
}

#[test]
fn weights_of_zero_are_never_drawn() {
    let mut random = Random::new(3);
    assert!((0..1_000).all(|_| random.weighted(&[0, 5, 0, 1]) % 2 == 1));
    assert_eq!(random.weighted(&[0, 0]), 0);
    assert!((0..1_000).all(|_| (3..=5).contains(&random.between(3, 5))));
}
