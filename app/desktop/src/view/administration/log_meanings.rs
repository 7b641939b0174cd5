//! What each code of the maintenance error log means, and what is to be done about it.

use api::LogCode;

const NOTHING: &str = "nothing";

/// A table that is complete: a code without its line does not compile.
macro_rules! meanings {
    ($($($code:ident)|+ => $meaning:expr, $to_do:expr;)*) => {
        /// What a code means, and what is to be done about it; nothing of codes that a newer server has.
        pub(super) fn meaning(code: &LogCode) -> Option<(&'static str, &'static str)> {
            match code {
                $($(LogCode::$code)|+ => Some(($meaning, $to_do)),)*
                LogCode::Unknown(_) => None,
            }
        }
    };
}

meanings! {
    TaskFailed => "A task of a timetable failed", "mend the cause that the text names; then Timetables, Run now";
    TimetableFailed =>
        "A timetable did not do all that it should: one of its tasks failed", "mend the cause; then Timetables, Run now";
    TimetableMissed =>
        "A timetable did not begin when it was due", "if it is needed still: Timetables, Run now";
    TimetableInterrupted =>
        "The server ended, or single-user mode was set, in the middle of a run; the tasks behind were not done",
        "look what was done; then Timetables, Run now";
    TimetableUnusable =>
        "A timetable of a newer version, or of an ACD that this server does not have",
        "upgrade the server, or change the timetable on Timetables";
    TimetableDone => "A timetable ran as it should", NOTHING;
    ReportIncomplete =>
        "A timetable made a report that lacks data: what it is about was not summed up yet, is out of date, or was not collected",
        "have it run later in the night, or for a day that is over; Archiving status says what is summed up";
    BackupDone => "A backup was made", NOTHING;
    BackupFailed => "A backup was not made", "mend the cause; then Backups, Back up now…";
    BackupInterrupted => "The server ended in the middle of a backup, and nothing of it counts", "Backups, Back up now…";
    BackupDamaged =>
        "A volume of a backup is not what was written",
        "Backups, Back up now…; and look at the device that holds it";
    ImageDone => "An image of the whole server was made", NOTHING;
    ImageFailed => "An image of the whole server was not made", "mend the cause; then Backups, Images";
    ImageInterrupted =>
        "The server ended in the middle of an image, and nothing of it counts", "Backups, Images: make it again";
    ImageDamaged =>
        "An image of the whole server cannot be restored: a volume is missing, cut off, or not what was written",
        "Backups, Images: make another one; and look at the device that holds it";
    RestoreDone => "History or administration was restored from a backup, or a restore was taken back", NOTHING;
    RestoreFailed =>
        "A restore, or taking one back, was not done as a whole",
        "mend the cause; Backups, Restores done, says what was replaced and can be taken back";
    RestoreInterrupted =>
        "The server ended in the middle of a restore: some of it may be replaced, and some not",
        "run it again, or take it back, as the text says: Backups, Restores done";
    UserWithoutPassword =>
        "A restore or a sync brought a user who was not here before and has no password on this server",
        "Users and permissions, Set password; or leave it so if nobody is to sign in with this name here";
    SyncDone => "Administration was synced to the other server", NOTHING;
    SyncConflicts =>
        "Things were changed on the receiving server since the last sync, and stay as they are there",
        "Servers side by side, Admin-Sync: make both alike, or sync again and replace them";
    SyncHistory =>
        "After a sync with history both servers do not hold the same", "Servers side by side, Compare: see what differs";
    SyncFailed => "Administration that was sent here was not taken in", "mend the cause; then sync again";
    NotRecorded =>
        "Something was done and could not be noted; lists show it all the same, and it is noted as soon as that is possible",
        "make room on the server's disk before the server is stopped: until then the note is in memory alone";
    AcdHistoryLost =>
        "The file with an ACD's history, names, profiles, exceptions, traces and permissions was gone when the server started",
        "get it back as the text says before anything is synced from here (Backups, or a copy of the file while the server is \
         stopped); then acknowledge this entry";
    AcdRecordsLost =>
        "The file with an ACD's records of calls, traces and exceptions was gone when the server started",
        "get it back as the text says (Backups, or a copy of the file while the server is stopped); then acknowledge this entry";
    AcdNotConfigured =>
        "The server has files of an ACD that its cms.toml does not name: nothing is collected for it, and nobody sees its history",
        "a mistake: write its number into cms.toml again and restart the server; given up: move the files that the text names away \
         while the server is stopped. Then acknowledge this entry";
    JournalLost | JournalDamaged =>
        "What an ACD told last could not be read when the server started",
        "Servers side by side, Compare: see which intervals lack data, and heal them; look at the server's disk";
    CheckpointDamaged =>
        "The saved state of an ACD could not be read when the server started; the journal has rebuilt it",
        "look at the server's disk";
    ArchiveRecovered =>
        "For a time nothing of an ACD could be archived or journalled; it can again, and what came meanwhile was kept",
        "mend the cause that the text names";
    LinkNotAccepted =>
        "Connections to an ACD's link could not be accepted",
        "see who holds connections (`ss -tn`), or allow more (`LimitNOFILE` of the service); the link is tried again by itself";
    SwitchRefused =>
        "Somebody connected to an ACD's link and was refused: not by TLS, not with a certificate that is accepted, of \
         another ACD or version, or for something that cannot be",
        "Data collection: the link's state says whether the switch is connected. If it is not, do what the text names here or at \
         the switch; if it is, find out who else connects";
    ThreadDied =>
        "A defect of the program ended a part of the server that collects; the server ended itself to be started anew, and nothing \
         acknowledged is lost",
        "report the defect with the server's log; Daily checks: see that the server collects again";
    ThreadDiedAgain =>
        "Starting the server anew did not help: it goes on without this ACD",
        "let people work on the other server; report the defect with the server's log; install a newer version, then restart it";
    AcdUnusable =>
        "An ACD could not be started, or its files cannot be read: the others are collected, backed up and shown without it",
        "mend what the text names, then restart the server; Daily checks: see that it collects again";
    RecoveryBrokeOff =>
        "The saved state of an ACD cannot be read back because of a defect of the program: nothing of this ACD is collected",
        "let people work on the other server; report the defect with the server's log; install a newer version, then restart it";
}
