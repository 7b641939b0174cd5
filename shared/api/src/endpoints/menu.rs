//! Endpoints of main menu additions. Which of them a user may open is judged where they are looked up.

use super::{Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const MENU: &str = "/api/v1/menu";
pub const MENU_FILE: &str = "/api/v1/menu/file";
pub const MENU_RUN: &str = "/api/v1/menu/run";
pub const MENU_RUN_LIVE: &str = "/api/v1/menu/run/live";

/// What makes or changes an addition; the body is its file.
const SET: &[(&str, bool, &str)] = &[
    ("name", true, "name of the addition, at most 20 characters"),
    ("rename", false, "another name than it has"),
    ("description", false, "at most 50 characters"),
    ("place", false, "its place in the menu, 0 to 999"),
    ("kind", false, "web, document or program; a new one needs it"),
    ("address", false, "web address"),
    ("file_name", false, "name of the file that is the body, at most 4 MiB; without it the body is empty"),
    TAKE_OVER,
];
const NAME: (&str, bool, &str) = ("name", true, "name of the addition");
const TAKE_OVER: (&str, bool, &str) = ("take_over", false, "true changes a secondary, because the primary is down");

pub(super) fn all() -> Vec<Endpoint> {
    use Guard::{Administrator, User};
    vec![
        Endpoint::new(Method::Get, MENU, User, "The main menu additions that the user may open")
            .gives(Shape::list_of::<m::MenuAddition>()),
        Endpoint::new(Method::Post, MENU, Administrator, "Adds a main menu addition with its file")
            .query(SET)
            .takes(Shape::bytes())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Put, MENU, Administrator, "Changes a main menu addition, with another file if one comes")
            .query(SET)
            .takes(Shape::bytes())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Delete, MENU, Administrator, "Deletes a main menu addition with its file")
            .query(&[NAME, TAKE_OVER])
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(Method::Get, MENU_FILE, User, "The file of a main menu addition that the user may open")
            .query(&[NAME])
            .gives(Shape::bytes()),
        Endpoint::new(
            Method::Post,
            MENU_RUN,
            User,
            "Runs the program of a main menu addition that the user may open; ends it when the request is given up",
        )
        .takes(Shape::of::<m::RunMenuAddition>())
        .gives(Shape::of::<m::MenuOutput>()),
        Endpoint::new(
            Method::Post,
            MENU_RUN_LIVE,
            User,
            "The same, and tells what the program says as it says it; ends it when the stream is given up",
        )
        .takes(Shape::of::<m::RunMenuAddition>())
        .streams(Shape::of::<m::MenuFrame>()),
    ]
}
