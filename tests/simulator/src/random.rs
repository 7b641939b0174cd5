//! Seeded chance in whole numbers, so that every machine draws the same. No floats: their logarithms differ by a
//! bit between platforms, and one bit is another day.

/// A splitmix64 generator.
#[derive(Debug, Clone)]
pub struct Random(u64);

/// ln 2 with 16 fractional bits.
const LN_2_Q16: u64 = 45_426;

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed ^ 0x5bf0_3635_d1c2_48a9)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `count` - 1; 0 if `count` is 0.
    pub fn below(&mut self, count: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(count);
        (wide >> 64) as u64
    }

    /// An index into something of `len` elements.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// True in `per_mille` of 1,000 cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One element; the slice must not be empty.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// An index, each as likely as its weight; 0 if all weights are 0.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let total = weights.iter().map(|&weight| u64::from(weight)).sum();
        let mut left = self.below(total);
        for (index, &weight) in weights.iter().enumerate() {
            match left.checked_sub(u64::from(weight)) {
                Some(rest) => left = rest,
                None => return index,
            }
        }
        0
    }

    /// Exponentially distributed around `mean`, in the mean's unit.
    pub fn exponential(&mut self, mean: u64) -> u64 {
        let drawn = self.minus_ln_q16();
        ((u128::from(mean) * u128::from(drawn)) >> 16) as u64
    }

    /// Handling times: a skewed bell around `mean_secs` with a long tail (the sum of two exponentials), at least
    /// `least_secs`.
    pub fn skewed_secs(&mut self, mean_secs: i64, least_secs: i64) -> i64 {
        let half_millis = (mean_secs.max(0) as u64) * 500;
        let millis = self.exponential(half_millis) + self.exponential(half_millis);
        ((millis / 1_000) as i64).clamp(least_secs, mean_secs.max(1) * 8 + least_secs)
    }

    /// -ln of a number drawn from (0, 1], with 16 fractional bits.
    fn minus_ln_q16(&mut self) -> u64 {
        let drawn = (self.next() >> 11) | 1;
        let whole = 63 - u64::from(drawn.leading_zeros());
        let mut mantissa = (drawn << (63 - whole)) >> 31;
        let mut fraction = 0;
        for bit in (0..16).rev() {
            mantissa = ((u128::from(mantissa) * u128::from(mantissa)) >> 32) as u64;
            if mantissa >= 1 << 33 {
                mantissa >>= 1;
                fraction |= 1 << bit;
            }
        }
        let log2_q16 = (whole << 16) | fraction;
        (((53u64 << 16) - log2_q16) * LN_2_Q16) >> 16
    }
}
