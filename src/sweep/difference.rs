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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_innermost_field_that_differs_is_named() {
        let one = json!({"steps": 5, "config": {"batch": 8, "loss": {"kind": "lsgan", "a": 0}}});
        assert_eq!(difference(&one, &one.clone()), None);
        let mut other = one.clone();
        other["config"]["loss"] = json!({"kind": "lsgan", "a": -1});
        let found = difference(&one, &other);
        assert_eq!(
            found,
            Some(("config.loss.a".to_owned(), json!(0), json!(-1)))
        );
        other["config"]["loss"] = json!({"kind": "lsgan"});
        let found = difference(&one, &other);
        assert_eq!(
            found,
            Some(("config.loss.a".to_owned(), json!(0), Value::Null))
        );
        other["config"] = one["config"].clone();
        other["shard"] = json!("1/2");
        let found = difference(&one, &other);
        assert_eq!(found, Some(("shard".to_owned(), Value::Null, json!("1/2"))));
    }
}
