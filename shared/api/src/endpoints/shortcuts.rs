//! Endpoints of shortcuts. Whose they are is judged where they are read and changed: one's own need no permission.

use super::{Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const SHORTCUTS: &str = "/api/v1/shortcuts";
pub const SHORTCUT: &str = "/api/v1/shortcut";
pub const SHORTCUT_COPY: &str = "/api/v1/shortcut/copy";

pub(super) fn all() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    const OWNER: (&str, bool, &str) =
        ("owner", false, "user ID of the owner, one's own if left out; another's only by administrators");
    vec![
        Endpoint::new(Method::Get, SHORTCUTS, User, "Shortcuts: reports with their inputs that are opened together")
            .query(&[OWNER, ("everybody", false, "`true` lists those of all users, for administrators")])
            .gives(Shape::list_of::<m::Shortcut>()),
        Endpoint::new(Method::Post, SHORTCUT, User, "Adds a shortcut of one's own")
            .takes(Shape::of::<m::AddShortcut>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, SHORTCUT, User, "Changes a shortcut of one's own")
            .takes(Shape::of::<m::ModifyShortcut>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Delete, SHORTCUT, User, "Deletes a shortcut; its owner or administrators only")
            .query(&[("name", true, "name of the shortcut"), OWNER])
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Post, SHORTCUT_COPY, Administrator, "Gives a copy of a shortcut to another user")
            .takes(Shape::of::<m::GiveShortcut>())
            .gives(Shape::of::<m::Changed>()),
    ]
}
