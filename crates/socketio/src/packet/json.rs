//! Bounds of JSON, checked on its text: before the parser builds anything of it.

use super::DecodeError;
use crate::config::JsonLimits;

/// Refuses text that is deeper, or has more values, than allowed. Says nothing about whether the
/// text is JSON at all.
pub(super) fn check(text: &str, limits: JsonLimits) -> Result<(), DecodeError> {
    let (mut depth, mut values) = (0usize, 1usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text.bytes() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > limits.max_depth || values > limits.max_values {
            return Err(DecodeError::Json);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: JsonLimits = JsonLimits { max_depth: 3, max_values: 10 };

    #[test]
    fn counts_depth_and_values_outside_strings() {
        assert_eq!(check(r#"[[{"a":1}]]"#, LIMITS), Ok(()));
        assert_eq!(check("[[[[", LIMITS), Err(DecodeError::Json));
        assert_eq!(check(r#"["[[[[[\"[[[[,,,,,,,,,,,"]"#, LIMITS), Ok(()));
        assert_eq!(check(&"1,".repeat(20), LIMITS), Err(DecodeError::Json));
    }
}
