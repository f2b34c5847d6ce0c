//! Lists of f32 as bytes in serde, little end first: as long as the numbers themselves, and copied in one
//! piece where a number at a time would hold up a page. Not a number stays not a number.

use std::fmt;

use serde::{
    Deserializer, Serializer,
    de::{Error, Visitor},
};

pub fn serialize<S: Serializer>(numbers: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    let bytes: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    serializer.serialize_bytes(&bytes)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    deserializer.deserialize_byte_buf(Bytes)
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Vec<f32>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("the bytes of a list of f32")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<f32>, E> {
        let (numbers, rest) = bytes.as_chunks::<4>();
        match rest {
            [] => Ok(numbers.iter().copied().map(f32::from_le_bytes).collect()),
            _ => Err(E::invalid_length(bytes.len(), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::{BytesDeserializer, Error};

    use super::*;

    #[test]
    fn numbers_come_back_bit_by_bit_and_parts_of_one_are_refused() {
        let numbers = [1.5_f32, -0.0, f32::NAN, f32::INFINITY, f32::MIN_POSITIVE];
        let bytes: Vec<u8> = numbers.iter().flat_map(|one| one.to_le_bytes()).collect();
        let read = |bytes| deserialize(BytesDeserializer::<Error>::new(bytes));
        let back = read(&bytes).unwrap();
        assert_eq!(
            back.iter().map(|one| one.to_bits()).collect::<Vec<_>>(),
            numbers.map(f32::to_bits)
        );
        assert!(read(&bytes[1..]).is_err());
    }
}
