//! Amounts of money as people write them, in the minor unit that each currency has.

/// Digits after the point (ISO 4217); the rest of the world has two.
fn digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An amount in words for whoever wrote it wrong.
pub(crate) fn example(currency: &str) -> &'static str {
    match digits(currency) {
        0 => "an amount such as 2000, which this currency has no parts of",
        3 => "an amount such as 20 or 20.500",
        _ => "an amount such as 20 or 20.50",
    }
}

/// Reads an amount; in the currency's minor unit.
pub(crate) fn read(text: &str, currency: &str) -> Option<i64> {
    let width = digits(currency) as usize;
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 9 && part.len() <= width;
    if !fits || !all_digits(whole) || !all_digits(part) {
        return None;
    }
    format!("{whole}{part:0<width$}").parse().ok()
}

/// Writes an amount as [`read`] takes it.
pub(crate) fn write(minor: i64, currency: &str) -> String {
    let (whole, part) = split(minor, currency);
    format!("{whole}{part}")
}

/// Its whole units, and what stands behind them: nothing, or a point and digits.
pub(crate) fn split(minor: i64, currency: &str) -> (i64, String) {
    let digits = digits(currency);
    let unit = 10_i64.pow(digits);
    let part = match digits {
        0 => String::new(),
        _ => format!(".{:0width$}", (minor % unit).abs(), width = digits as usize),
    };
    (minor / unit, part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn amounts_are_read_to_the_smallest_unit_and_written_as_they_were() {
        for (text, currency, minor, written) in [
            ("20", "USD", 2000, "20.00"),
            ("20.5", "EUR", 2050, "20.50"),
            ("0,05", "EUR", 5, "0.05"),
            ("999999999.99", "USD", 99_999_999_999, "999999999.99"),
            ("3000", "JPY", 3000, "3000"),
            ("1.25", "KWD", 1250, "1.250"),
        ] {
            assert_eq!(read(text, currency), Some(minor), "{text} {currency}");
            assert_eq!(write(minor, currency), written);
            assert_eq!(read(written, currency), Some(minor), "{written} {currency}");
        }
        for (wrong, currency) in [
            ("", "USD"),
            ("-1", "USD"),
            ("1e3", "USD"),
            ("1.234", "USD"),
            ("9999999999", "USD"),
            ("x", "USD"),
            ("1.2.3", "USD"),
            ("20.50", "JPY"),
        ] {
            assert_eq!(read(wrong, currency), None, "{wrong} {currency}");
        }
    }
}
