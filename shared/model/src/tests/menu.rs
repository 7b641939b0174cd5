use crate::menu::{MenuKind, address_fault, file_name_fault, name_fault};

#[test]
fn names_are_twenty_characters_of_one_line() {
    for right in ["Wallboard", "Intranet: orders", "1", "Über uns, täglich", "a;b", "12345678901234567890"] {
        assert_eq!(name_fault(right), None);
    }
    for wrong in ["", " a", "a ", "123456789012345678901", "two\nlines", "all", "ALL"] {
        assert!(name_fault(wrong).is_some(), "{wrong:?}");
    }
}

#[test]
fn nothing_but_the_web_is_opened() {
    for right in ["http://intranet", "https://example.com:8443/a?b=c#d", "https://[::1]/"] {
        assert_eq!(address_fault(right), None);
    }
    let long = format!("https://example.com/{}", "x".repeat(500));
    for wrong in [
        "",
        "intranet",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ssh://host",
        "http://",
        "https:///x",
        "http://a b",
        &long,
    ] {
        assert!(address_fault(wrong).is_some(), "{wrong:?}");
    }
}

#[test]
fn a_file_has_a_name_and_no_way() {
    for right in ["roster.sh", "Plan (new).pdf", "7", "änderung-2.txt"] {
        assert_eq!(file_name_fault(right), None);
    }
    for wrong in ["", ".", "..", ".bashrc", "../a", "a/b", "a\\b", "C:a", "-rf", "a.", "a\0", "a\n"] {
        assert!(file_name_fault(wrong).is_some(), "{wrong:?}");
    }
}

#[test]
fn kinds_are_read_as_they_are_written() {
    for kind in MenuKind::ALL {
        assert_eq!(MenuKind::parse(kind.word()), Some(kind));
    }
    assert_eq!(MenuKind::parse("script"), None);
}
