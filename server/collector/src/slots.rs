//! Entities in dense slots, found by their key through a hash map with a fixed hasher.
//!
//! The map is for look-ups only and is never walked: whatever needs an order asks [`Slots::sorted`]. A checkpoint
//! holds the slots; the map is built anew from them.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A multiplying hasher: quick, and the same in every run.
#[derive(Default, Clone)]
pub(crate) struct FixedHasher(u64);

impl FixedHasher {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ 0x2545_F491_4F6C_DD1D) * 0x9E37_79B9_7F4A_7C15_u128;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for FixedHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|&word| self.mix(u64::from_le_bytes(word)));
        if !rest.is_empty() {
            self.mix(rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) type Lookup<K, V> = HashMap<K, V, BuildHasherDefault<FixedHasher>>;

/// Number of a slot that holds a `T`.
pub(crate) struct Ix<T> {
    number: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Ix<T> {
    pub(crate) fn new(number: usize) -> Self {
        Ix { number: u32::try_from(number).unwrap_or(u32::MAX), of: PhantomData }
    }

    #[inline]
    pub(crate) fn number(self) -> usize {
        self.number as usize
    }
}

impl<T> Clone for Ix<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ix<T> {}

impl<T> PartialEq for Ix<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Ix<T> {}

impl<T> fmt::Debug for Ix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.number)
    }
}

impl<T> Serialize for Ix<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Ix<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Ix { number: u32::deserialize(deserializer)?, of: PhantomData })
    }
}

/// An entity that knows its own key.
pub(crate) trait Keyed {
    type Key: Copy + Eq + Ord + Hash;

    fn key(&self) -> Self::Key;
}

/// Entities that are never removed, such as splits and agents.
pub(crate) struct Slots<T: Keyed> {
    items: Vec<T>,
    by_key: Lookup<T::Key, u32>,
}

impl<T: Keyed> Default for Slots<T> {
    fn default() -> Self {
        Slots { items: Vec::new(), by_key: Lookup::default() }
    }
}

impl<T: Keyed> Slots<T> {
    pub(crate) fn find(&self, key: T::Key) -> Option<Ix<T>> {
        self.by_key.get(&key).map(|&number| Ix::new(number as usize))
    }

    /// The slot of `key`; made by `new` if there is none yet.
    pub(crate) fn intern(&mut self, key: T::Key, new: impl FnOnce() -> T) -> Ix<T> {
        if let Some(ix) = self.find(key) {
            return ix;
        }
        let ix = Ix::new(self.items.len());
        self.items.push(new());
        self.by_key.insert(key, ix.number);
        ix
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut()
    }

    pub(crate) fn indices(&self) -> impl Iterator<Item = Ix<T>> + use<T> {
        (0..self.items.len()).map(Ix::new)
    }

    /// All slots in the order of their keys.
    pub(crate) fn sorted(&self) -> Vec<Ix<T>> {
        let mut sorted: Vec<_> = self.indices().collect();
        sorted.sort_unstable_by_key(|&ix| self[ix].key());
        sorted
    }
}

impl<T: Keyed> Index<Ix<T>> for Slots<T> {
    type Output = T;

    #[inline]
    fn index(&self, ix: Ix<T>) -> &T {
        &self.items[ix.number()]
    }
}

impl<T: Keyed> IndexMut<Ix<T>> for Slots<T> {
    #[inline]
    fn index_mut(&mut self, ix: Ix<T>) -> &mut T {
        &mut self.items[ix.number()]
    }
}

impl<T: Keyed + Serialize> Serialize for Slots<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

impl<'de, T: Keyed + Deserialize<'de>> Deserialize<'de> for Slots<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<T>::deserialize(deserializer)?;
        let by_key = items.iter().zip(0..).map(|(item, number)| (item.key(), number)).collect();
        Ok(Slots { items, by_key })
    }
}

/// Things that come and go, such as calls; a freed slot is used again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pool<T> {
    items: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Pool { items: Vec::new(), free: Vec::new() }
    }
}

impl<T> Pool<T> {
    pub(crate) fn insert(&mut self, item: T) -> Ix<T> {
        match self.free.pop() {
            Some(number) => {
                self.items[number as usize] = Some(item);
                Ix::new(number as usize)
            }
            None => {
                self.items.push(Some(item));
                Ix::new(self.items.len() - 1)
            }
        }
    }

    pub(crate) fn remove(&mut self, ix: Ix<T>) -> Option<T> {
        let item = self.items.get_mut(ix.number())?.take();
        if item.is_some() {
            self.free.push(ix.number);
        }
        item
    }

    pub(crate) fn get(&self, ix: Ix<T>) -> Option<&T> {
        self.items.get(ix.number())?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, ix: Ix<T>) -> Option<&mut T> {
        self.items.get_mut(ix.number())?.as_mut()
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.free.clear();
    }

    /// What is in use, slot by slot.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = (Ix<T>, &T)> {
        self.items.iter().enumerate().filter_map(|(number, item)| Some((Ix::new(number), item.as_ref()?)))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut().flatten()
    }
}

impl<T> Index<Ix<T>> for Pool<T> {
    type Output = T;

    #[inline]
    fn index(&self, ix: Ix<T>) -> &T {
        self.items[ix.number()].as_ref().expect("a slot in use")
    }
}

impl<T> IndexMut<Ix<T>> for Pool<T> {
    #[inline]
    fn index_mut(&mut self, ix: Ix<T>) -> &mut T {
        self.items[ix.number()].as_mut().expect("a slot in use")
    }
}
