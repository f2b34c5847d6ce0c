//! Where two JSON documents differ.

use serde_json::Value;

/// The path of the first field that differs, and what stands there in each; null where it is missing.
pub fn difference(one: &Value, other: &Value) -> Option<(String, Value, Value)> {
    if one == other {
        return None;
    }
    if let (Value::Object(fields), Value::Object(others)) = (one, other) {
        for name in fields.keys().chain(others.keys()) {
            let (one, other) = (&one[name], &other[name]);
            if let Some((path, one, other)) = difference(one, other) {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{name}.{path}")
                };
                return Some((path, one, other));
            }
        }
    }
    Some((String::new(), one.clone(), other.clone()))
}
