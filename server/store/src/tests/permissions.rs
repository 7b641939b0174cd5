use model::{Access, AcdAccess, Element, Granted};

use super::{folder, store};

#[test]
fn what_a_user_may_of_an_acd_replaces_what_was_before() {
    let folder = folder();
    let mut store = store(&folder);
    let each = [("3".to_owned(), Access::READ), ("12".to_owned(), Access::ALL)].into();
    let splits = Granted { all: Access::new(false, false, true), each };
    let vdns = Granted { all: Access::READ, each: Default::default() };
    let permitted = AcdAccess { acd: Access::READ, elements: [(Element::Split, splits), (Element::Vdn, vdns)].into() };
    store.set_permissions("ann", &AcdAccess::everything(Access::ALL)).unwrap();
    store.set_permissions("ann", &permitted).unwrap();
    store.set_permissions("bob", &AcdAccess::everything(Access::READ)).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.permissions("ann").unwrap(), permitted);
    store.set_permissions("ann", &AcdAccess::default()).unwrap();
    assert_eq!(reader.permissions("ann").unwrap(), AcdAccess::default());
    assert_eq!(reader.permissions("bob").unwrap(), AcdAccess::everything(Access::READ));
    assert_eq!(reader.permissions("nobody").unwrap(), AcdAccess::default());
}
