//! What a worksheet refuses, and what may be done again.

use anyhow::Result;
use api::{ErrorCode, Mode, SetCollection, StepState, WorksheetKind};
use client::ClientError;
use session::worksheets::{Outcome, Pair, WorksheetError};
use testkit::{Place, Site};

use super::{Centre, step};

fn check(result: Result<impl std::fmt::Debug, WorksheetError>, told: &str) {
    match result {
        Err(error) => assert!(error.to_string().contains(told), "{error} does not say {told:?}"),
        Ok(done) => panic!("not refused: {done:?}"),
    }
}

/// One at a time, in order, with reasons, and never by saying so what the program does itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn steps_come_in_their_order() -> Result<()> {
    let centre = Centre::open(321).await?;
    let pair = centre.pair().await?;
    check(pair.worksheet(None).await, "no worksheet goes on");
    let mut sheet = pair.start(WorksheetKind::Collection, false, "").await?;
    check(pair.start(WorksheetKind::Administration, false, "").await, "goes on; finish it");
    check(pair.go(&mut sheet, Some(2), true, &mut |_| {}).await, "step 1 comes first: Have people sign out of CMS-A");
    check(pair.skip(&mut sheet, None, " ").await, "say why");
    pair.skip(&mut sheet, None, "nobody is there").await?;
    assert_eq!((sheet.steps[0].state, sheet.steps[0].by.as_str()), (StepState::Skipped, "cms"));
    check(pair.confirm(&mut sheet, None, "done, trust me").await, "is not done by saying so");
    check(pair.skip(&mut sheet, Some(0), "again").await, "is over already");

    // Somebody else goes on, and the first one still holds what was so before.
    let mut earlier = sheet.clone();
    let outcome = pair.go(&mut sheet, None, false, &mut |_| {}).await?;
    assert!(matches!(&outcome, Outcome::Done(told) if told.contains("single-user")), "{outcome:?}");
    let error = pair.skip(&mut earlier, None, "late").await.expect_err("somebody went on");
    let WorksheetError::Client(ClientError::Refused { body, .. }) = &error else { panic!("{error:?}") };
    assert!(body.code == ErrorCode::Overtaken && body.message.contains("was gone on with by cms"), "{body:?}");

    pair.abandon(&mut sheet, "only tried").await?;
    check(pair.go(&mut sheet, None, false, &mut |_| {}).await, "is over");
    check(pair.abandon(&mut sheet, "twice").await, "is over");
    centre.site.client(Place::A).await?.set_mode(Mode::MultiUser).await?;
    pair.start(WorksheetKind::Administration, false, "").await?;
    Ok(())
}

/// What a step needs is looked at when it is done: the other server must collect and let people in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_step_is_refused_while_the_other_server_cannot_do_its_part() -> Result<()> {
    let centre = Centre::open(322).await?;
    let b = centre.site.client(Place::B).await?;
    let pair = centre.pair().await?;
    let mut sheet = pair.start(WorksheetKind::Collection, false, "").await?;
    pair.confirm(&mut sheet, None, "").await?;
    b.set_mode(Mode::SingleUser).await?;
    fails(&pair, &mut sheet, "CMS-B cannot take people now").await?;
    b.set_mode(Mode::MultiUser).await?;
    let before = step(&sheet, "primary-single-user").clone();
    assert_eq!(before.state, StepState::Failed);
    pair.go(&mut sheet, None, false, &mut |_| {}).await?;
    assert_eq!(step(&sheet, "primary-single-user").state, StepState::Done);

    b.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    fails(&pair, &mut sheet, "would be lost on both").await?;
    let a = centre.site.client(Place::A).await?;
    assert!(a.health(testkit::LIMIT).await?.acds[0].collecting, "it collects still");
    b.set_collection(&SetCollection { acd: Site::ACD, on: true }).await?;
    testkit::until("CMS-B collects again", async || {
        let mut sheet = pair.worksheet(None).await.ok()?;
        let outcome = pair.go(&mut sheet, None, false, &mut |_| {}).await;
        matches!(outcome, Ok(Outcome::Done(_))).then_some(())
    })
    .await;
    let mut sheet = pair.worksheet(None).await?;
    assert_eq!(step(&sheet, "primary-off").times.len(), 1, "{sheet:?}");

    // An earlier step again puts those after it back.
    pair.go(&mut sheet, Some(1), false, &mut |_| {}).await?;
    assert_eq!(step(&sheet, "primary-off").state, StepState::ToDo);
    assert_eq!(sheet.now(), Some(2));
    Ok(())
}

async fn fails(pair: &Pair, sheet: &mut api::Worksheet, told: &str) -> Result<()> {
    let outcome = pair.go(sheet, None, false, &mut |_| {}).await?;
    assert!(matches!(&outcome, Outcome::Failed(why) if why.contains(told)), "{outcome:?}");
    Ok(())
}
