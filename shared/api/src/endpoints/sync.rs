//! The endpoints of Admin-Sync.

use super::{Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const SYNC: &str = "/api/v1/sync";
pub const SYNC_PACK: &str = "/api/v1/sync/pack";
pub const SYNC_PEER: &str = "/api/v1/sync/peer";

pub(super) fn all() -> Vec<Endpoint> {
    use Guard::Administrator;
    vec![
        Endpoint::new(Method::Post, SYNC_PACK, Administrator, "Begins to pack administration, for another server")
            .takes(Shape::of::<m::PackAdministration>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(
            Method::Post,
            SYNC,
            Administrator,
            "Begins to take in administration of another server, or to find out what that would do",
        )
        .takes(Shape::of::<m::TakeAdministration>())
        .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Get, SYNC, Administrator, "The syncs that this server sent or took in, newest first")
            .gives(Shape::list_of::<m::SyncEntry>()),
        Endpoint::new(Method::Put, SYNC, Administrator, "Tells the server that sent it what became of a sync")
            .takes(Shape::of::<m::NoteSync>()),
        Endpoint::new(Method::Get, SYNC_PEER, Administrator, "The server that this one's timetables sync to, or null")
            .gives(Shape::of::<m::Peer>()),
        Endpoint::new(Method::Put, SYNC_PEER, Administrator, "Sets the server that this one's timetables sync to")
            .takes(Shape::of::<m::SetPeer>())
            .gives(Shape::of::<m::Changed>()),
        Endpoint::new(
            Method::Delete,
            SYNC_PEER,
            Administrator,
            "Forgets the server that this one's timetables sync to",
        )
        .gives(Shape::of::<m::Changed>()),
    ]
}
