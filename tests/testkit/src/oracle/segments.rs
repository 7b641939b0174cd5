//! Cuts what was told of calls into segments.
//!
//! A call is one segment from its beginning on. Once that has its disposition, whatever brings the call to somebody else
//! begins a further one: a VDN, vector or queue, an agent who passes it on, a second agent who answers. A consultation is a
//! call of its own, and its segments come to those of the call that it is joined with.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::event::{CallIdentity, Priority};
use model::{LoginId, Moment, PhoneNumber, SplitId, VdnId, VectorId};

use super::desk::{Part, Stage, Way};
use super::tales::{Hand, Line, Tale, Told, What};

/// What becomes one record.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub tale: usize,
    pub began_at: Moment,
    pub named: Option<Arc<CallIdentity>>,
    pub line: Option<Line>,
    pub vdns: Vec<VdnId>,
    pub vectors: Vec<VectorId>,
    /// The vector that it is in.
    present_vector: Option<VectorId>,
    /// Every queue once, in the order of the first time.
    pub splits: Vec<SplitId>,
    /// It has rung as a skill or direct-agent call.
    rang: bool,
    pub maker: Option<Maker>,
    pub end: Option<End>,
}

/// The agent who made it or passed it on.
#[derive(Debug)]
pub(super) struct Maker {
    pub hand: Hand,
    /// The agent's part in it, if it was dialled.
    pub part: Option<usize>,
    pub digits: Option<PhoneNumber>,
}

impl Maker {
    /// Who passes a call on has it, and is not in AUX.
    fn by_passing_on(hand: Hand) -> Maker {
        Maker { hand: Hand { aux: None, ..hand }, part: None, digits: None }
    }
}

/// The disposition.
#[derive(Debug)]
pub(super) struct End {
    pub at: Moment,
    /// DISPTIME, unless the call came to an agent's extension directly: then only what it has waited otherwise.
    pub secs: u32,
    pub directly: bool,
    /// DISPOSITION.
    pub code: u8,
    pub split: Option<SplitId>,
    pub priority: Option<Priority>,
    pub direct: bool,
    pub agent: Option<LoginId>,
    pub level: u8,
    pub aux: u8,
    /// The part of the agent who answered.
    pub part: Option<usize>,
    pub vector: Option<VectorId>,
}

impl End {
    fn new(at: Moment, code: u8) -> End {
        End {
            at,
            secs: 0,
            directly: false,
            code,
            split: None,
            priority: None,
            direct: false,
            agent: None,
            level: 0,
            aux: 0,
            part: None,
            vector: None,
        }
    }
}

impl Segment {
    /// Whether a VDN, vector or queue was to bring it to somebody.
    pub fn is_on_its_way(&self) -> bool {
        !(self.vdns.is_empty() && self.vectors.is_empty() && self.splits.is_empty())
    }

    fn queued_to(&mut self, split: SplitId) {
        if !self.splits.contains(&split) {
            self.splits.push(split);
        }
    }

    /// The first thing that became of it counts.
    fn ends(&mut self, end: End) {
        let secs = end.at.since(self.began_at);
        self.end = Some(End { secs, vector: self.present_vector, ..end });
    }
}

/// From when to when.
pub(super) type Span = (Moment, Moment);

/// All segments, and what they are cut with.
pub(super) struct Cut<'a> {
    tales: &'a [Tale],
    parts: &'a [Part],
    pub segments: Vec<Segment>,
    /// Segments of each tale, and tales that joined it, both in order.
    of_tale: BTreeMap<usize, Vec<usize>>,
    joined: BTreeMap<usize, Vec<usize>>,
    /// Since when each tale waits in which queue.
    waiting: BTreeMap<usize, BTreeMap<SplitId, Moment>>,
    /// When each tale waited in any queue, and when it rang as a skill or direct-agent call.
    pub waited: BTreeMap<usize, Vec<Span>>,
    pub rang: BTreeMap<usize, Vec<Span>>,
    /// Requests to trace the caller: when, which part, on which trunk, and the segment.
    pub malicious: Vec<(Moment, usize, Option<Line>, Option<usize>)>,
}

/// Cuts everything; `until` is the last moment known.
pub(super) fn cut<'a>(tales: &'a [Tale], parts: &'a [Part], told: &[Told], until: Moment) -> Cut<'a> {
    let mut cut = Cut {
        tales,
        parts,
        segments: Vec::new(),
        of_tale: BTreeMap::new(),
        joined: BTreeMap::new(),
        waiting: BTreeMap::new(),
        waited: BTreeMap::new(),
        rang: BTreeMap::new(),
        malicious: Vec::new(),
    };
    for told in told {
        cut.read(told, until);
    }
    for (number, tale) in tales.iter().enumerate() {
        cut.stop_waiting(number, tale.over_at.unwrap_or(until));
    }
    cut
}

impl Cut<'_> {
    fn read(&mut self, told: &Told, until: Moment) {
        let (tale, at) = (told.tale, told.at);
        match &told.what {
            What::Begins => _ = self.begin(tale, at),
            What::Seized(line) => self.present(tale).line = Some(*line),
            What::Vdn(vdn) => {
                let segment = self.go_on(tale, at);
                segment.vdns.push(*vdn);
                segment.present_vector = None;
            }
            What::Vector(vector) => {
                let segment = self.go_on(tale, at);
                segment.vectors.push(*vector);
                segment.present_vector = Some(*vector);
            }
            What::Queued(split) => {
                self.go_on(tale, at).queued_to(*split);
                self.waiting.entry(tale).or_default().entry(*split).or_insert(at);
            }
            What::LeftQueue(split) => {
                let since = self.waiting.entry(tale).or_default().remove(split);
                self.waited.entry(tale).or_default().extend(since.map(|since| (since, at)));
            }
            What::Rings { part, acd } => self.ring(tale, *part, *acd, until),
            What::Answered { part, hand } => self.answer(tale, at, *part, hand),
            What::Dialed { part, hand } => {
                let maker = Maker { hand: *hand, part: Some(*part), digits: None };
                self.go_on(tale, at).maker.get_or_insert(maker);
            }
            What::SentOn { hand, rings } => self.send_on(tale, at, *hand, *rings),
            What::BroughtIn(hand) => {
                let segment = self.present(tale);
                let answered_by = segment.end.as_ref().filter(|end| end.part.is_some()).and_then(|end| end.agent);
                if answered_by.is_some_and(|agent| agent != hand.agent) {
                    segment.maker.get_or_insert(Maker::by_passing_on(*hand));
                }
            }
            What::FarEnd { rings } => self.arrive(tale, at, *rings),
            What::Named(identity) => self.present(tale).named = Some(Arc::clone(identity)),
            What::Digits(agent, digits) => self.dial(tale, *agent, *digits),
            What::Went(code, lost) => {
                let (split, priority) = lost.unzip();
                self.settle(tale, End { split, priority, ..End::new(at, *code) });
            }
            What::GaveUp { lost, rang } => {
                let (split, priority) = lost.unzip();
                let mut end = End { split, priority, ..End::new(at, 3) };
                if let Some((agent, way)) = rang {
                    end.agent = Some(*agent);
                    if let Way::Direct(split) = way
                        && end.split.is_none_or(|lost| lost == *split)
                    {
                        (end.split, end.direct) = (Some(*split), true);
                    }
                }
                self.settle(tale, end);
            }
            What::Joined(gone) => self.joined.entry(tale).or_default().push(*gone),
            What::Malicious { part, line, late } => {
                let segment = self.segment_of(*part).unwrap_or_else(|| self.last(tale));
                self.malicious.push((at, *part, *line, (!late).then_some(segment)));
            }
        }
    }

    fn begin(&mut self, tale: usize, began_at: Moment) -> &mut Segment {
        let before = self.of_tale.entry(tale).or_default();
        let named = before.last().and_then(|&last| self.segments[last].named.clone());
        before.push(self.segments.len());
        self.segments.push(Segment { tale, began_at, named, ..Segment::default() });
        self.present(tale)
    }

    fn last(&self, tale: usize) -> usize {
        *self.of_tale[&tale].last().expect("a tale begins with a segment")
    }

    fn present(&mut self, tale: usize) -> &mut Segment {
        let last = self.last(tale);
        &mut self.segments[last]
    }

    /// The present segment, or a further one if that is decided.
    fn go_on(&mut self, tale: usize, at: Moment) -> &mut Segment {
        if self.present(tale).end.is_some() { self.begin(tale, at) } else { self.present(tale) }
    }

    /// The segment that still waits for its disposition: the tale's own, or that of one which joined it.
    fn undecided(&self, tale: usize) -> Option<usize> {
        let last = self.last(tale);
        if self.segments[last].end.is_none() {
            return Some(last);
        }
        self.joined.get(&tale)?.iter().find_map(|&joined| self.undecided(joined))
    }

    fn settle(&mut self, tale: usize, end: End) {
        self.stop_waiting(tale, end.at);
        if let Some(segment) = self.undecided(tale) {
            self.segments[segment].ends(end);
        }
    }

    fn stop_waiting(&mut self, tale: usize, at: Moment) {
        let waits = self.waiting.remove(&tale).unwrap_or_default();
        self.waited.entry(tale).or_default().extend(waits.into_values().map(|since| (since, at)));
    }

    fn ring(&mut self, tale: usize, part: usize, acd: bool, until: Moment) {
        if acd {
            let stages = &self.parts[part].stages;
            let ringing = stages.iter().position(|(stage, ..)| *stage == Stage::Ringing).unwrap_or(0);
            let stops = stages.get(ringing + 1).map_or(until, |(_, at, _)| *at);
            self.rang.entry(tale).or_default().push((stages[ringing].1, stops));
            self.present(tale).rang = true;
        }
    }

    fn answer(&mut self, tale: usize, at: Moment, number: usize, hand: &Hand) {
        let part = &self.parts[number];
        let place = self.undecided(tale).unwrap_or_else(|| {
            // It began when it first rang at this agent.
            let rang_secs = if part.had(Stage::Ringing) { at.since(part.stages[0].1) } else { 0 };
            self.begin(tale, at + -i64::from(rang_secs));
            self.last(tale)
        });
        let acd = part.way.split().is_some();
        let end = End {
            split: hand.split,
            priority: part.wait.as_ref().map(|wait| wait.priority),
            direct: matches!(part.way, Way::Direct(_)),
            agent: Some(hand.agent),
            level: hand.level,
            aux: hand.aux.filter(|_| !acd).map_or(0, |reason| reason.0),
            part: Some(number),
            ..End::new(at, if acd { 2 } else { 1 })
        };
        if let Way::Skill(split) = part.way {
            self.segments[place].queued_to(split);
        }
        self.stop_waiting(tale, at);
        let segment = &mut self.segments[place];
        segment.ends(end);
        let directly = !segment.is_on_its_way();
        let Some(end) = segment.end.as_mut().filter(|_| !acd) else { return };
        (end.vector, end.directly) = (None, directly);
    }

    /// Whether the present segment is about to reach somebody who is measured.
    fn is_about_to(&mut self, tale: usize, rings: bool) -> bool {
        let segment = self.present(tale);
        segment.end.is_none() && (rings || segment.rang || segment.is_on_its_way())
    }

    /// The far end of a call that an agent has made answers; nothing else will become of it, and no wait is counted.
    fn arrive(&mut self, tale: usize, at: Moment, rings: bool) {
        let goes_on = self.is_about_to(tale, rings);
        let segment = self.present(tale);
        if segment.maker.is_some() && segment.end.is_none() && !goes_on {
            segment.end = Some(End::new(at, 7));
        }
    }

    fn send_on(&mut self, tale: usize, at: Moment, hand: Hand, rings: bool) {
        if !self.is_about_to(tale, rings) {
            self.arrive(tale, at, rings);
            self.begin(tale, at);
        }
        self.present(tale).maker.get_or_insert(Maker::by_passing_on(hand));
    }

    fn dial(&mut self, tale: usize, agent: LoginId, digits: PhoneNumber) {
        let own = |&&number: &&usize| {
            let maker = self.segments[number].maker.as_ref();
            maker.is_some_and(|maker| maker.part.is_some() && maker.hand.agent == agent)
        };
        if let Some(&number) = self.of_tale[&tale].iter().rev().find(own)
            && let Some(maker) = &mut self.segments[number].maker
        {
            maker.digits = Some(digits);
        }
    }

    /// The segment that an agent's part is told in.
    fn segment_of(&self, part: usize) -> Option<usize> {
        self.segments.iter().rposition(|segment| {
            let answered = segment.end.as_ref().and_then(|end| end.part);
            let made = segment.maker.as_ref().and_then(|maker| maker.part);
            answered == Some(part) || made == Some(part)
        })
    }

    /// The tale that this one has become.
    pub fn survivor(&self, tale: usize) -> usize {
        self.tales[tale].heir.map_or(tale, |heir| self.survivor(heir))
    }
}
