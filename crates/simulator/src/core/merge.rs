//! JSON merge patch (RFC 7396), for what a test wants otherwise.

use serde_json::{Value, json};

/// Merges `patch` into `target`: what is null goes. A patch of null changes nothing.
pub fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        if !patch.is_null() {
            *target = patch.clone();
        }
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in patch {
        if value.is_null() {
            target.as_object_mut().and_then(|object| object.remove(name));
        } else {
            merge(&mut target[name.as_str()], value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_merge_and_everything_else_takes_the_place() {
        let mut value = json!({ "a": { "b": 1, "c": [1, 2] }, "d": "x" });
        merge(&mut value, &json!({ "a": { "b": null, "c": [3] }, "e": { "f": 1 } }));
        assert_eq!(value, json!({ "a": { "c": [3] }, "d": "x", "e": { "f": 1 } }));
        merge(&mut value, &Value::Null);
        assert_eq!(value["d"], "x");
    }
}
