//! Skills that an administrator changes at one server: the switch does it, and both servers hear it.

use std::time::Duration;

use anyhow::{Context, Result};
use api::{AgentSkill, AgentSkills, ErrorCode, LinkState, SetAgentSkills};
use client::Client;
use model::{LoginId, SplitId};
use simulator::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};
use testkit::{LIMIT, Place, Site, SiteOptions, until};

use crate::cli::Server;
use crate::people::code;

const SPLITS: u32 = 4;
const HOURS: i64 = 2;

/// Two servers in the middle of a simulated morning that goes on until it is stopped.
struct Morning {
    site: Site,
    switch: LinkControl,
    feed: tokio::task::JoinHandle<Result<simulator::feed::Outcome, simulator::feed::FeedError>>,
    scenario: Scenario,
    _dir: tempfile::TempDir,
}

impl Morning {
    async fn start(pace: Pace, hours: Option<i64>) -> Result<Morning> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let start = Scenario::default().start + 2 * 3600;
        let scenario = Scenario { seed: 91, start, agents: 16, splits: SPLITS, ..Scenario::default() };
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = pace;
        settings.run_for = hours.map(|hours| Duration::from_secs(hours.unsigned_abs() * 3600));
        let (feed, switch) = Feed::new(World::new(scenario.clone())?, settings);
        let feed = tokio::spawn(feed.run());
        Ok(Morning { site, switch, feed, scenario, _dir: dir })
    }
}

async fn skills_of(client: &Client, agent: LoginId) -> Option<Vec<AgentSkill>> {
    let found = client.agent_skills(Site::ACD, Some(agent)).await.ok()?;
    found.into_iter().next().map(|known| known.skills)
}

/// An agent who is logged in with at least one split/skill free to be added.
async fn somebody(client: &Client) -> AgentSkills {
    until("somebody is logged in", async || {
        let known = client.agent_skills(Site::ACD, None).await.ok()?;
        known.into_iter().find(|known| known.skills.len() < SPLITS as usize)
    })
    .await
}

fn more(known: &[AgentSkill], level: u8) -> Vec<AgentSkill> {
    let free = (1..=SPLITS).map(SplitId).find(|split| known.iter().all(|skill| skill.split != *split));
    let added = free.map(|split| AgentSkill { split, name: String::new(), level, reserve: 0, percent: 0 });
    let mut skills: Vec<AgentSkill> = known.to_vec();
    skills.extend(added);
    skills.sort_by_key(|skill| skill.split);
    skills
}

fn numbers(skills: &[AgentSkill]) -> Vec<(u32, u8, u8)> {
    skills.iter().map(|skill| (skill.split.0, skill.level, skill.reserve)).collect()
}

fn set(agent: LoginId, skills: Vec<AgentSkill>) -> SetAgentSkills {
    SetAgentSkills { acd: Site::ACD, agent, skills, was: None }
}

/// What is ordered at either server is done by the switch, shown by both at once, and archived alike.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn skills_changed_at_either_server_are_heard_by_both() -> Result<()> {
    let morning = Morning::start(Pace::at_speed(240.0), Some(HOURS)).await?;
    let (a, b) = (morning.site.client(Place::A).await?, morning.site.client(Place::B).await?);
    for (by, level) in [(&a, 3), (&b, 5), (&a, 7)] {
        // People go home and come back at this speed: whoever can be given a skill is asked.
        let (agent, skills) = until("the switch gives somebody a skill", async || {
            let chosen = somebody(by).await;
            let skills = more(&chosen.skills, level);
            let done = by.set_agent_skills(&set(chosen.agent, skills.clone())).await.ok()?;
            (done.changed && done.text.contains("the switch confirmed")).then_some((chosen.agent, skills))
        })
        .await;
        let changes = by.changes(1).await?;
        assert_eq!(changes[0].what, format!("skills of agent {agent}"));
        assert!(changes[0].after.contains(&format!("at level {level}")), "{changes:?}");
        assert!(skills.iter().any(|skill| skill.level == level));
    }
    morning.feed.await??;
    let end = morning.scenario.start + HOURS * 3600;
    let [a, b] = morning.site.both_digests_through(end).await?;
    assert_eq!(a, b);
    assert!(a.iter().skip(1).all(|digest| !digest.incomplete), "nothing was lost by it");
    Ok(())
}

/// Who was shown other skills than the agent has by now does not change them.
async fn unseen_skills_are_not_replaced(client: &Client, set: &SetAgentSkills) {
    let unseen = SetAgentSkills { was: Some(set.skills.clone()), ..set.clone() };
    let told = client.set_agent_skills(&unseen).await.expect_err("somebody else gave others");
    assert_eq!(told.refusal().map(|body| body.code), Some(ErrorCode::Overtaken));
    let told = told.to_string();
    assert!(told.contains("were changed meanwhile: the agent has") && told.contains("at level 9"), "{told}");
}

/// In real time: `cms` shows the same at both servers, says plainly when the link is down, and the other server still can.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_its_link_a_server_refuses_and_the_other_one_does_it() -> Result<()> {
    let start = Scenario::default().start + 2 * 3600;
    let mut morning = Morning::start(Pace::replay_until(start + 5_400), None).await?;
    morning.switch.wait_for(|status| status.caught_up).await;
    let (a, b) = (morning.site.client(Place::A).await?, morning.site.client(Place::B).await?);
    let (cms_a, cms_b) = (Server::of(&morning.site, Place::A)?, Server::of(&morning.site, Place::B)?);
    let AgentSkills { agent, skills: before, .. } = somebody(&a).await;
    let after = more(&before, 9);
    let typed = |skills: &[AgentSkill]| {
        let word = |skill: &AgentSkill| match skill.reserve {
            0 => format!("{}:{}", skill.split, skill.level),
            reserve => format!("{}:r{reserve}", skill.split),
        };
        skills.iter().map(word).collect::<Vec<_>>().join(",")
    };
    let login = agent.to_string();
    let told = cms_a.out(&["agent", "skills", "set", &login, &typed(&after), "--acd", "1"]);
    assert!(told.contains("the switch confirmed") && told.contains("at level 9"), "{told}");
    for client in [&a, &b] {
        until("the server has heard it", async || {
            (numbers(&skills_of(client, agent).await?) == numbers(&after)).then_some(())
        })
        .await;
    }
    unseen_skills_are_not_replaced(&a, &set(agent, before.clone())).await;
    let again = cms_b.out(&["agent", "skills", "set", &login, &typed(&after), "--acd", "1"]);
    assert!(again.contains("already"), "{again}");
    let shown = cms_b.out(&["agent", "skills", "show", &login, "--acd", "1"]);
    assert_eq!(shown.lines().count(), after.len() + 1, "{shown}");

    for (agent, skills, code_expected, why) in [
        ("1", "1:1", ErrorCode::NotFound, "is not logged in"),
        (login.as_str(), "99:1", ErrorCode::BadRequest, "no split/skill 99"),
        (login.as_str(), "1:17", ErrorCode::BadRequest, "a level is 1 to 16"),
        (login.as_str(), "1:1,1:2", ErrorCode::BadRequest, "is named twice"),
    ] {
        let ended = cms_a.run(&["agent", "skills", "set", agent, skills, "--acd", "1"]);
        assert!(ended.code == Some(3) && ended.err.contains(why), "{code_expected:?}: {ended:?}");
    }
    let ended = cms_a.run(&["agent", "skills", "set", &login, "Billing", "--acd", "1"]);
    assert!(ended.code == Some(2) && ended.err.contains("write 3:2"), "{ended:?}");

    morning.switch.cut(0);
    until("A has lost its link", async || {
        let health = a.health(LIMIT).await.ok()?;
        (health.acds[0].link == LinkState::Down).then_some(())
    })
    .await;
    let mut changed = after.clone();
    let last = changed.last_mut().context("an agent has a skill")?;
    (last.level, last.reserve) = (if last.level == 4 { 5 } else { 4 }, 0);
    let refused = a.set_agent_skills(&set(agent, changed.clone())).await.expect_err("the link is down");
    assert!(refused.to_string().contains("the link of ACD 1 on CMS-A is down"), "{refused}");
    assert!(refused.to_string().contains("on the other server"), "{refused}");
    assert_eq!(code(a.set_agent_skills(&set(agent, changed.clone())).await), Some(ErrorCode::WrongState));
    assert!(b.set_agent_skills(&set(agent, changed.clone())).await?.changed);

    // What A missed it hears when its link is back: the switch has kept it.
    morning.switch.resume(0);
    until("A has heard of it", async || (numbers(&skills_of(&a, agent).await?) == numbers(&changed)).then_some(()))
        .await;

    what_is_left_out_goes(&cms_a, [&a, &b], agent, changed[0].split).await;
    morning.feed.abort();
    Ok(())
}

/// Skills that are left out are gone at once, not at the end of the interval; a percentage stays where none is typed.
async fn what_is_left_out_goes(cms: &Server, both: [&Client; 2], agent: LoginId, first: SplitId) {
    for (typed, level) in [(format!("{first}:2:35"), 2), (format!("{first}:6"), 6)] {
        until("the switch takes the other skills away", async || {
            let ended = cms.run(&["agent", "skills", "set", &agent.to_string(), &typed, "--acd", "1"]);
            (ended.code == Some(0)).then_some(())
        })
        .await;
        until("both have heard it", async || {
            for client in both {
                let [only] = &skills_of(client, agent).await?[..] else { return None };
                if (only.split, only.level, only.percent) != (first, level, 35) {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }
}
