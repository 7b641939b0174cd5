//! Where intervals begin and end, and what they are told for.

use catalog::IntervalRows;

use super::story::{Told, check, moment, settings, tell, tell_with};
use crate::Settings;

#[test]
fn collection_that_starts_inside_an_interval_leaves_it_incomplete() {
    let told = check(
        "
        09:10:00 agent 1001 logs in 1
        09:30:00 heartbeat
        10:00:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: INCOMPLETE=1 TI_STAFFTIME=1200
        09:30 hagent 1,1001,1: INCOMPLETE=0 TI_STAFFTIME=1800
        ",
    );
    assert_eq!(told.intervals.iter().map(|rows| rows.incomplete).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn quiet_intervals_are_told_without_rows() {
    let told = check(
        "
        09:00:00 heartbeat
        11:00:00 heartbeat
        ",
        "",
    );
    assert_eq!(told.intervals.len(), 4);
    assert!(told.intervals.iter().all(|rows| rows.is_empty() && !rows.incomplete));
}

#[test]
fn the_length_changes_with_the_next_interval() {
    let mut told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:10:00 there is interval 15
        09:45:00 heartbeat
        09:50:00 there is interval 60
        11:00:00 heartbeat
        ",
        "",
    );
    let starts: Vec<_> = told.intervals.iter().map(|rows| rows.interval.start).collect();
    assert_eq!(starts, ["09:00:00", "09:30:00", "09:45:00", "10:00:00"].map(moment));
    assert_eq!(u8::from(told.intervals[3].calendar.interval), 60);
    assert_eq!(u8::from(told.collector.board().calendar.interval), 60);
    told.go_on("11:10:00 there is interval 15");
    let board = told.collector.board();
    assert_eq!([board.calendar, board.next_calendar].map(|known| u8::from(known.interval)), [60, 15]);
}

/// What is told to whoever sets a length is what then happens.
#[test]
fn when_another_length_begins_is_known_beforehand() {
    use model::IntervalMinutes::{self, Half, Hour, Quarter};
    let begins = |interval: &str, now: &str, wanted: IntervalMinutes| {
        let events = format!("08:00:00 there is interval {interval}\n09:00:00 heartbeat\n{now} heartbeat\n");
        let mut told = tell(&events);
        let begins = told.collector.board().would_begin(wanted).unwrap();
        told.go_on(&format!("{now} there is interval {}", u8::from(wanted)));
        told.go_on("12:00:00 heartbeat");
        let first =
            told.intervals.iter().find(|rows| rows.interval.start > moment(now) && rows.calendar.interval == wanted);
        assert_eq!(first.map(|rows| rows.interval.start), Some(begins), "{interval} to {wanted:?} at {now}");
        begins
    };
    assert_eq!(begins("15", "09:20:00", Hour), moment("10:00:00"));
    assert_eq!(begins("15", "09:50:00", Hour), moment("10:00:00"));
    assert_eq!(begins("15", "09:20:00", Half), moment("09:30:00"));
    assert_eq!(begins("15", "09:35:00", Half), moment("10:00:00"));
    assert_eq!(begins("30", "09:20:00", Quarter), moment("09:30:00"));
    assert_eq!(begins("60", "09:20:00", Quarter), moment("10:00:00"));
}

/// Half hours of Kathmandu begin at a quarter past and a quarter to the hours of UTC. The time between the grids is an interval
/// of its own.
#[test]
fn the_zone_changes_with_the_next_interval_and_no_time_is_left_out() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:10:00 there is zone Asia/Kathmandu
        10:20:00 heartbeat
        ",
        "
        09:00 hsplit 1: I_STAFFTIME=1800
        09:30 hsplit 1: I_STAFFTIME=900
        09:45 hsplit 1: I_STAFFTIME=1800
        ",
    );
    let (kathmandu, utc) = ("Asia/Kathmandu".parse().unwrap(), settings().calendar.zone);
    let zones: Vec<_> = told.intervals.iter().map(|rows| rows.calendar.zone).collect();
    assert_eq!(zones, [utc, kathmandu, kathmandu]);
    assert_eq!(told.calendars, [model::Calendar { zone: kathmandu, ..settings().calendar }]);
    assert_eq!(told.collector.calendar().zone, kathmandu);
}

#[test]
fn a_longer_interval_begins_where_its_grid_does_and_the_shorter_ones_go_on_until_then() {
    let told = tell(
        "
        09:00:00 there is interval 15
        09:30:00 there is interval 60
        10:15:00 heartbeat
        11:10:00 there is interval 30
        11:20:00 there is interval 60
        13:00:00 heartbeat
        ",
    );
    let lengths = |told: &Told| {
        let told = told.intervals.iter();
        let minutes = |rows: &IntervalRows| (rows.interval.end - rows.interval.start) / 60;
        told.map(|rows| (rows.interval.start, minutes(rows), u8::from(rows.calendar.interval))).collect::<Vec<_>>()
    };
    let hours = [("10:00:00", 60, 60), ("11:00:00", 60, 60), ("12:00:00", 60, 60)];
    let expected = |all: &[(&str, i64, u8)]| all.iter().map(|all| (moment(all.0), all.1, all.2)).collect::<Vec<_>>();
    let before = [("09:00:00", 30, 30), ("09:30:00", 15, 15), ("09:45:00", 15, 15)];
    assert_eq!(lengths(&told), expected(&[&before[..], &hours].concat()));
    // Both are told at moments from which the grids of both go on alike.
    let other = tell(
        "
        09:00:00 there is interval 15
        09:50:00 there is interval 60
        13:00:00 heartbeat
        ",
    );
    assert_eq!(lengths(&told), lengths(&other));
}

/// The switch's clock is set to a moment within the hour: the rest of it stays in intervals of the length that it had.
#[test]
fn a_longer_interval_waits_for_its_grid_after_a_clock_that_was_set() {
    let told = tell(
        "
        09:00:00 there is interval 15
        09:35:00 there is interval 60
        10:20:00 clock was 09:40:00
        11:00:00 heartbeat
        12:00:00 heartbeat
        ",
    );
    let odd = |rows: &&IntervalRows| {
        !rows.incomplete && (rows.interval.end - rows.interval.start) / 60 != u8::from(rows.calendar.interval).into()
    };
    assert_eq!(told.intervals.iter().filter(odd).count(), 0, "{:?}", told.intervals);
    assert_eq!(told.intervals.last().map(|rows| rows.interval.start), Some(moment("11:00:00")));
}

#[test]
fn a_profile_change_judges_the_whole_running_interval_anew_and_says_so() {
    check(
        "
        09:00:00 there is split 1 Sales
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:01:00 call 1 queues 1
        09:01:15 call 1 abandoned
        09:01:30 call 4 queues 1
        09:01:42 call 4 answered 1001 for 1
        09:01:50 call 4 ended caller
        09:02:00 there is split 1 Sales level 10
        09:03:00 call 2 queues 1
        09:03:15 call 2 abandoned
        09:30:00 heartbeat
        09:31:00 call 3 queues 1
        09:31:05 call 3 abandoned
        10:00:00 heartbeat
        ",
        "
        09:00 hsplit 1: ABNCALLS=2 SLVLABNS=0 ACDCALLS=1 ACCEPTABLE=0 SVCLEVELCHG=1 PERIODCHG=0 INCOMPLETE=0
        09:30 hsplit 1: ABNCALLS=1 SLVLABNS=1 SVCLEVELCHG=0
        ",
    );
}

/// A restore or a sync was taken back; on the other server there was none.
#[test]
fn a_profile_that_is_as_it_was_when_the_interval_began_is_no_change() {
    let story = |between: &str| {
        format!(
            "
        09:00:00 pump-up begins
        09:00:00 there is split 1 Sales level 45
        09:00:00 there is vdn 5000 Hotline vector 10
        09:00:00 pump-up ends
        09:00:01 profile of split 1 10 5
        09:00:01 profile of vdn 5000 10 5
        09:30:00 heartbeat
        09:31:00 call 1 vdn 5000
        09:31:00 call 1 queues 1
        {between}
        09:32:00 call 1 abandoned
        10:00:00 heartbeat
        "
        )
    };
    let back = "09:31:10 profile of split 1 30 10 20
        09:31:10 profile of vdn 5000 30 10 20
        09:31:20 profile of split 1 10 10 20
        09:31:30 profile of split 1 10 5
        09:31:30 profile of vdn 5000 10 5";
    let told = check(
        &story(back),
        "
        09:30 hsplit 1: ABNCALLS=1 SERVICELEVEL=10 SVCLEVELCHG=0 PERIODCHG=0
        09:30 hvdn 5000,10: ABNCALLS=1 SERVICELEVEL=10 SVCLEVELCHG=0 PERIODCHG=0
        ",
    );
    assert_eq!(told.intervals, check(&story("09:31:10 heartbeat"), "").intervals);
    check(&story("09:31:10 profile of split 1 10 10 20"), "09:30 hsplit 1: SVCLEVELCHG=0 PERIODCHG=1");
}

#[test]
fn the_level_that_the_switch_tells_first_is_no_change() {
    check(
        "
        09:00:00 pump-up begins
        09:00:00 there is split 1 Sales level 45
        09:00:00 there is vdn 5000 Hotline vector 10 level 45
        09:00:00 agent 1001 seen in 1 avail
        09:00:00 pump-up ends
        09:01:00 call 1 vdn 5000
        09:01:00 call 1 queues 1
        09:01:30 call 1 abandoned
        09:30:00 heartbeat
        09:31:00 there is split 1 Sales level 45
        09:32:00 there is split 1 Sales level 10
        09:32:00 there is vdn 5000 Hotline vector 10 level 10
        09:33:00 call 2 vdn 5000
        09:33:00 call 2 queues 1
        09:33:30 call 2 abandoned
        10:00:00 heartbeat
        ",
        "
        09:00 hsplit 1: ABNCALLS=1 SLVLABNS=1 SVCLEVELCHG=0 PERIODCHG=0
        09:00 hvdn 5000,10: ABNCALLS=1 SLVLABNS=1 SVCLEVELCHG=0 PERIODCHG=0
        09:30 hsplit 1: ABNCALLS=1 SLVLABNS=0 SVCLEVELCHG=1 PERIODCHG=0
        09:30 hvdn 5000,10: ABNCALLS=1 SLVLABNS=0 SVCLEVELCHG=1 PERIODCHG=0
        ",
    );
}

#[test]
fn without_a_profile_of_its_own_the_switchs_level_holds_again_or_the_usual_one() {
    check(
        "
        09:00:00 pump-up begins
        09:00:00 there is split 1 Sales level 45
        09:00:00 there is split 2 Support
        09:00:00 there is vdn 5000 Hotline vector 10 level 45
        09:00:00 pump-up ends
        09:00:01 profile of split 1 10 5
        09:00:01 profile of split 2 10 5
        09:00:01 profile of vdn 5000 10 5
        09:01:00 call 1 vdn 5000
        09:01:00 call 1 queues 1
        09:01:30 call 1 abandoned
        09:30:00 heartbeat
        09:31:00 call 2 vdn 5000
        09:31:00 call 2 queues 1
        09:31:30 call 2 abandoned
        09:32:00 call 3 queues 2
        09:32:15 call 3 abandoned
        09:40:00 there is split 1 Sales level 40
        09:41:00 profile of split 1 removed
        09:41:00 profile of split 2 removed
        09:41:00 profile of vdn 5000 removed
        10:00:00 heartbeat
        10:01:00 profile of split 1 removed
        10:02:00 call 4 queues 1
        10:02:35 call 4 abandoned
        10:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ABNCALLS=1 SLVLABNS=0 ABNCALLS10=1 SERVICELEVEL=10 SVCLEVELCHG=1 PERIODCHG=1
        09:00 hvdn 5000,10: ABNCALLS=1 SLVLABNS=0 SERVICELEVEL=10 SVCLEVELCHG=1 PERIODCHG=1
        09:30 hsplit 1: ABNCALLS=1 SLVLABNS=1 ABNCALLS5=1 ABNCALLS10=0 SERVICELEVEL=40 PERIOD9=120 SVCLEVELCHG=1 PERIODCHG=1
        09:30 hsplit 2: ABNCALLS=1 SLVLABNS=1 ABNCALLS3=1 ABNCALLS10=0 SERVICELEVEL=20 PERIOD9=120 SVCLEVELCHG=1 PERIODCHG=1
        09:30 hvdn 5000,10: ABNCALLS=1 SLVLABNS=1 ABNCALLS5=1 SERVICELEVEL=45 PERIOD9=120 SVCLEVELCHG=1 PERIODCHG=1
        10:00 hsplit 1: SLVLABNS=1 SERVICELEVEL=40 SVCLEVELCHG=0 PERIODCHG=0
        ",
    );
}

#[test]
fn a_clock_set_forward_adds_no_time() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        12:10:00 clock was 09:10:00
        12:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: I_AVAILTIME=600 INCOMPLETE=1
        12:00 hagent 1,1001,1: I_AVAILTIME=1200 INCOMPLETE=1
        ",
    );
    assert_eq!(told.links[0].reason, 96);
    assert_eq!(told.intervals.len(), 2);
}

/// A PBX does not tell that its clock was set. Each server finds it out by the time that it heard last, so a call that went on meanwhile
/// is a second or two longer on one of them, and nobody can say on which.
#[test]
fn a_call_over_a_set_clock_of_a_pbx_makes_the_intervals_incomplete_until_it_is_over() {
    let told = |tells_set_clocks: bool, before: &str| {
        let story = format!(
            "
            09:00:00 agent 1001 logs in 1
            09:00:00 agent 1001 avail
            09:05:00 call 1 queues 1
            09:05:00 call 1 answered 1001 for 1
            08:40:00 clock was {before}
            09:10:00 call 1 ended caller
            10:30:00 heartbeat
            "
        );
        let settings = Settings { tells_set_clocks, ..settings() };
        tell_with(settings, &story)
            .intervals
            .into_iter()
            .map(|rows| (rows.incomplete, rows.canonical()))
            .collect::<Vec<_>>()
    };
    let lacks = |told: &[(bool, String)]| told.iter().map(|(incomplete, _)| *incomplete).collect::<Vec<_>>();
    let (one, other) = (told(false, "09:20:00"), told(false, "09:19:58"));
    assert_eq!(
        lacks(&one),
        [true, true, false, false],
        "of 08:30, in which it was set, and of 09:00, in which the call ends"
    );
    assert_ne!(one[1], other[1]);
    assert_eq!((lacks(&other), &one[2..]), (lacks(&one), &other[2..]));
    // A switch that tells it tells both servers the same.
    assert_eq!(lacks(&told(true, "09:20:00")), [true, false, false, false]);
}

#[test]
fn a_clock_set_back_never_tells_an_interval_twice() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:40:00 heartbeat
        09:10:00 clock was 09:40:00
        10:00:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: I_AVAILTIME=1800 INCOMPLETE=0
        09:30 hagent 1,1001,1: I_AVAILTIME=3600 INCOMPLETE=1
        ",
    );
    assert_eq!(told.intervals.len(), 2);
}

#[test]
fn a_clock_set_forward_by_mistake_leaves_the_rest_of_the_day_where_it_is() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        20:10:00 clock was 09:10:00
        09:11:00 clock was 20:11:00
        10:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: I_AVAILTIME=600 INCOMPLETE=1
        09:30 hagent 1,1001,1: I_AVAILTIME=3000 INCOMPLETE=1
        10:00 hagent 1,1001,1: I_AVAILTIME=1800 INCOMPLETE=0
        ",
    );
    assert_eq!(told.intervals.len(), 3, "nothing of the evening");
}

/// What is stored of those days is whole, and rows that lack data do not replace it.
#[test]
fn a_clock_set_back_by_days_tells_nothing_as_whole_that_was_told_before() {
    let told = tell(
        "
        57:00:00 agent 1001 logs in 1
        57:00:00 agent 1001 avail
        57:10:00 heartbeat
        09:10:00 clock was 57:10:00
        10:30:00 heartbeat
        ",
    );
    let starts = ["57:00:00", "09:00:00", "09:30:00", "10:00:00"].map(moment);
    assert_eq!(told.intervals.iter().map(|rows| rows.interval.start).collect::<Vec<_>>(), starts);
    assert!(told.intervals.iter().all(|rows| rows.incomplete));
}

/// The part of the half hour that was told before the clock was wrong stays, and the rest is not lost either.
#[test]
fn a_clock_set_wrong_by_days_and_right_within_the_half_hour_loses_nothing_of_it() {
    // Ahead within a day, what came meanwhile is there, too; days back it is of intervals that are stored whole.
    for (wrong, minutes) in [("09:09:00", 46), ("81:09:00", 51)] {
        let told = tell(&format!(
            "
            57:00:00 agent 1001 logs in 1
            57:00:00 agent 1001 avail
            {wrong} clock was 57:09:00
            57:14:00 clock was {}
            58:00:00 heartbeat
            ",
            wrong.replace(":09:", ":14:")
        ));
        let of =
            |start: &str| told.intervals.iter().filter(|rows| rows.interval.start == moment(start)).collect::<Vec<_>>();
        let staffed = |rows: &IntervalRows| rows.hagent[0].1[catalog::hagent::I_AVAILTIME];
        let (first, second) = (of("57:00:00"), of("57:30:00"));
        assert_eq!((first.len(), staffed(first[0]), first[0].incomplete), (1, 9 * 60, true), "{wrong}");
        assert_eq!((second.len(), staffed(second[0]), second[0].incomplete), (1, minutes * 60, true), "{wrong}");
    }
}

/// Ahead by two hours for a while, then right: the hour that comes once more is told, and what was told stays.
#[test]
fn a_clock_that_runs_into_what_was_told_prolongs_the_interval_behind_it() {
    let told = tell(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        11:10:00 clock was 09:10:00
        12:30:00 heartbeat
        10:30:00 clock was 12:30:00
        13:30:00 heartbeat
        ",
    );
    let of =
        |rows: &IntervalRows| (rows.interval.start, rows.hagent[0].1[catalog::hagent::I_AVAILTIME], rows.incomplete);
    let expected = [
        ("09:00:00", 600, true),
        ("11:00:00", 1_200, true),
        ("11:30:00", 1_800, false),
        ("12:00:00", 1_800, false),
        ("10:30:00", 1_800, true),
        ("12:30:00", 7_200, true),
        ("13:00:00", 1_800, false),
    ];
    let expected = expected.map(|(start, secs, incomplete)| (moment(start), secs, incomplete));
    assert_eq!(told.intervals.iter().map(of).collect::<Vec<_>>(), expected);
}

#[test]
fn a_clock_set_days_ahead_and_back_leaves_the_days_between_whole() {
    let told = tell(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        81:10:00 clock was 09:10:00
        82:40:00 heartbeat
        10:40:00 clock was 82:40:00
        12:00:00 heartbeat
        ",
    );
    let spans: Vec<_> = told.intervals.iter().map(|rows| (rows.interval.start, rows.incomplete)).collect();
    let starts = ["09:00:00", "81:00:00", "81:30:00", "82:00:00", "82:30:00", "10:30:00", "11:00:00", "11:30:00"];
    let lacking = [true, true, false, false, true, true, false, false];
    assert_eq!(spans, starts.map(moment).into_iter().zip(lacking).collect::<Vec<_>>());
}

#[test]
fn a_service_level_that_the_switch_has_no_more_is_no_more() {
    check(
        "
        09:00:00 pump-up begins
        09:00:00 there is split 1 Sales level 45
        09:00:00 there is vdn 5000 Hotline vector 10 level 45
        09:00:00 pump-up ends
        09:01:00 call 1 vdn 5000
        09:01:00 call 1 queues 1
        09:01:30 call 1 abandoned
        09:30:00 heartbeat
        09:31:00 call 2 vdn 5000
        09:31:00 call 2 queues 1
        09:31:30 call 2 abandoned
        09:40:00 there is split 1 Sales
        09:40:00 there is vdn 5000 Hotline vector 10
        10:00:00 heartbeat
        ",
        "
        09:00 hsplit 1: ABNCALLS=1 SLVLABNS=1 SERVICELEVEL=45
        09:00 hvdn 5000,10: ABNCALLS=1 SLVLABNS=1 SERVICELEVEL=45
        09:30 hsplit 1: ABNCALLS=1 SLVLABNS=0 SERVICELEVEL=20 SVCLEVELCHG=1
        09:30 hvdn 5000,10: ABNCALLS=1 SLVLABNS=0 SERVICELEVEL=20 SVCLEVELCHG=1
        ",
    );
}
