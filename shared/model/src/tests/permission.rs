use crate::{Access, AcdAccess, Element, Feature, Granted};

#[test]
fn access_is_written_as_it_is_read() {
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(Access::parse(text).map(|access| access.to_string()).as_deref(), expect, "{text}");
    }
    check("read", Some("read"));
    check("write", Some("read,write"));
    check("exceptions, read", Some("read,exceptions"));
    check("exceptions", Some("exceptions"));
    check("write,exceptions", Some("read,write,exceptions"));
    check("none", Some("none"));
    check("none,read", None);
    check("", None);
    check("reed", None);
    assert_eq!(Access::parse("read,write,exceptions"), Some(Access::ALL));
}

#[test]
fn words_lead_back_to_what_they_mean() {
    for feature in Feature::ALL {
        assert_eq!(Feature::parse(feature.word()), Some(*feature));
    }
    for element in Element::ALL {
        assert_eq!(Element::parse(element.word()), Some(*element));
    }
    assert_eq!(Feature::parse("tea"), None);
}

#[test]
fn what_holds_for_all_holds_for_each() {
    let each = [("3".to_owned(), Access::new(true, true, false))].into();
    let granted = Granted { all: Access::new(false, false, true), each };
    let access = AcdAccess { acd: Access::READ, elements: [(Element::Split, granted)].into() };
    assert_eq!(access.of(Element::Split, "3"), Access::ALL);
    assert_eq!(access.of(Element::Split, "4"), Access::new(false, false, true));
    assert_eq!(access.of_all(Element::Split), Access::new(false, false, true));
    assert_eq!(access.of(Element::Vdn, "3"), Access::NOTHING);
    assert_eq!(AcdAccess::everything(Access::READ).of(Element::Vector, "9"), Access::READ);
}
