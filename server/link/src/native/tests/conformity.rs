//! The published `.proto` file against the code: names and numbers one by one, then whole events through a
//! protobuf implementation that knows nothing but the file.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use model::event::{
    AgentAct, CallAct, CallIdentity, CallStage, Configuration, Direction, Entry, LinkReason, Party, Priority, Skill,
};
use model::{CallProfile, Event};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MessageDescriptor, ReflectMessage, Value};

use super::events;
use crate::native::frame::{
    Ack, Answer, Frame, Hello, PumpUpBegin, Refuse, RefuseCode, SetSkills, Welcome, write_event_frame, write_frame,
};
use crate::native::wire::{Described, decode_event, encode_event};

fn published() -> DescriptorPool {
    static POOL: LazyLock<DescriptorPool> = LazyLock::new(compile);
    POOL.clone()
}

fn compile() -> DescriptorPool {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let files = protox::compile([folder.join("acd_link.proto")], [&folder]).expect("the .proto file compiles");
    DescriptorPool::from_file_descriptor_set(files).expect("a descriptor set")
}

fn message(pool: &DescriptorPool, name: &str) -> MessageDescriptor {
    pool.get_message_by_name(&format!("understudy.link.v1.{name}")).expect(name)
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// Instants carry their unit in the published name.
fn same_name(published: &str, member: &str) -> bool {
    published == member || published.strip_suffix("_micros") == Some(member)
}

fn check_members(published: &MessageDescriptor, members: &[(u32, &str)]) {
    let numbers: Vec<u32> = published.fields().map(|field| field.number()).collect();
    assert_eq!(numbers, members.iter().map(|(number, _)| *number).collect::<Vec<_>>(), "{}", published.name());
    for (number, member) in members {
        let field = published.get_field(*number).expect(member);
        assert!(same_name(field.name(), member), "{} {number} is {}, not {member}", published.name(), field.name());
    }
}

fn check_record<T: Described>(pool: &DescriptorPool, name: &str) {
    check_members(&message(pool, name), T::FIELDS[0].2);
}

fn check_oneof<T: Described>(pool: &DescriptorPool, name: &str) {
    let published = message(pool, name);
    let oneof = published.oneofs().next().expect(name);
    assert_eq!(oneof.fields().count(), T::FIELDS.len(), "{name}");
    for (number, variant, members) in T::FIELDS {
        let field = published.get_field(*number).expect(variant);
        assert_eq!(field.name(), snake(variant), "{name} {number}");
        assert!(field.containing_oneof().is_some(), "{name}.{variant}");
        let Kind::Message(content) = field.kind() else { panic!("{name}.{variant} is not a message") };
        check_members(&content, members);
    }
}

fn check_enum<T: Described>(pool: &DescriptorPool, name: &str) {
    let published = pool.get_enum_by_name(&format!("understudy.link.v1.{name}")).expect(name);
    assert_eq!(published.values().count(), T::FIELDS.len() + 1, "{name} has one value more, for zero");
    for (number, variant, _) in T::FIELDS {
        let value = published.get_value(*number as i32).expect(variant);
        assert_eq!(value.name(), format!("{}_{}", snake(name), snake(variant)).to_uppercase());
    }
}

#[test]
fn names_and_numbers_are_the_published_ones() {
    let pool = published();
    check_record::<Hello>(&pool, "Hello");
    check_record::<Welcome>(&pool, "Welcome");
    check_record::<Refuse>(&pool, "Refuse");
    check_record::<Ack>(&pool, "Ack");
    check_record::<PumpUpBegin>(&pool, "PumpUpBegin");
    check_record::<SetSkills>(&pool, "SetSkills");
    check_record::<Answer>(&pool, "Answer");
    check_record::<Skill>(&pool, "Skill");
    check_record::<CallProfile>(&pool, "CallProfile");
    check_record::<CallIdentity>(&pool, "CallIdentity");
    check_oneof::<CallAct>(&pool, "CallEvent");
    check_oneof::<AgentAct>(&pool, "AgentEvent");
    check_oneof::<Configuration>(&pool, "Configuration");
    check_oneof::<CallStage>(&pool, "CallStage");
    check_enum::<RefuseCode>(&pool, "RefuseCode");
    check_enum::<LinkReason>(&pool, "LinkReason");
    check_enum::<Direction>(&pool, "Direction");
    check_enum::<Priority>(&pool, "Priority");
    check_enum::<Entry>(&pool, "Entry");
    check_enum::<Party>(&pool, "Party");
}

/// Collects the names of all fields that are set, and fails on any that the file does not know.
fn fields_of(found: &DynamicMessage, into: &mut BTreeSet<String>) {
    assert_eq!(found.unknown_fields().count(), 0, "unknown field in {}: {found:?}", found.descriptor().name());
    for (field, value) in found.fields() {
        into.insert(field.full_name().to_owned());
        match value {
            Value::Message(inner) => fields_of(inner, into),
            Value::List(list) => {
                list.iter().filter_map(Value::as_message).for_each(|inner| fields_of(inner, into));
            }
            _ => {}
        }
    }
}

/// Decodes with the published file alone and encodes again, so that the second form is nobody's but the file's.
fn through_published(pool: &DescriptorPool, event: &Event, seen: &mut BTreeSet<String>) -> Result<(), TestCaseError> {
    let mut bytes = Vec::new();
    encode_event(event, &mut bytes);
    let dynamic = DynamicMessage::decode(message(pool, "Event"), &bytes[..]).expect("decodes by the file");
    fields_of(&dynamic, seen);
    let again = decode_event(&dynamic.encode_to_vec());
    prop_assert_eq!(again.as_ref(), Ok(event));
    Ok(())
}

proptest! {
    #[test]
    fn events_pass_through_the_published_messages(event in events::event()) {
        through_published(&published(), &event, &mut BTreeSet::new())?;
    }
}

#[test]
fn every_published_field_of_an_event_is_in_use() {
    let pool = published();
    let mut seen = BTreeSet::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..6000 {
        let event = events::event().new_tree(&mut runner).expect("an event").current();
        through_published(&pool, &event, &mut seen).expect("the same event");
    }
    let framing = ["Frame", "Hello", "Welcome", "Refuse", "Ack", "PumpUpBegin", "SetSkills", "Answer"];
    let unused: Vec<String> = pool
        .all_messages()
        .filter(|message| !framing.contains(&message.name()))
        .flat_map(|message| message.fields().map(|field| field.full_name().to_owned()).collect::<Vec<_>>())
        .filter(|field| !seen.contains(field) && !field.ends_with("Event.seq"))
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}

fn check_frame(write: impl FnOnce(&mut Vec<u8>), expect: &str) {
    let pool = published();
    let mut bytes = Vec::new();
    write(&mut bytes);
    let (length, body) = bytes.split_first_chunk::<4>().expect("a length");
    assert_eq!(u32::from_be_bytes(*length) as usize, body.len());
    let dynamic = DynamicMessage::decode(message(&pool, "Frame"), body).expect("a frame");
    fields_of(&dynamic, &mut BTreeSet::new());
    let options = prost_reflect::SerializeOptions::new().use_proto_field_name(true);
    let mut json = serde_json::Serializer::new(Vec::new());
    dynamic.serialize_with_options(&mut json, &options).expect("JSON");
    assert_eq!(String::from_utf8(json.into_inner()).expect("UTF-8"), expect);
}

#[test]
fn frames_read_as_published() {
    let hello = Hello {
        protocol: 1,
        acd: model::AcdNumber(3),
        boot_id: 77,
        switch_name: "North".to_owned(),
        oldest_seq: 5,
        next_seq: 9,
        now: model::Moment(2),
        takes_commands: true,
    };
    check_frame(
        |out| write_frame(&Frame::Hello(hello), out),
        r#"{"hello":{"protocol":1,"acd":3,"boot_id":"77","switch_name":"North","oldest_seq":"5","next_seq":"9","now_micros":"2000000","takes_commands":true}}"#,
    );
    check_frame(
        |out| write_frame(&Frame::Welcome(Welcome { want_seq: Some(5), protocol: 1 }), out),
        r#"{"welcome":{"want_seq":"5","protocol":1}}"#,
    );
    check_frame(
        |out| write_frame(&Frame::Refuse(Refuse { code: RefuseCode::Busy, text: "later".to_owned() }), out),
        r#"{"refuse":{"code":"REFUSE_CODE_BUSY","text":"later"}}"#,
    );
    check_frame(|out| write_frame(&Frame::Ack(Ack { seq: 8 }), out), r#"{"ack":{"seq":"8"}}"#);
    let begin = PumpUpBegin { as_of_seq: 8, at: model::Moment(1), reason: Some(LinkReason::BusiedOut) };
    check_frame(
        |out| write_frame(&Frame::PumpUpBegin(begin), out),
        r#"{"pump_up_begin":{"as_of_seq":"8","at_micros":"1000000","reason":"LINK_REASON_BUSIED_OUT"}}"#,
    );
    check_frame(|out| write_frame(&Frame::PumpUpEnd, out), r#"{"pump_up_end":{}}"#);
    let skills = [Skill::new(model::SplitId(4), 1), Skill { reserve: 2, ..Skill::new(model::SplitId(7), 1) }];
    let agent = "1001".parse().expect("a login ID");
    let command = SetSkills { id: 3, agent, skills: skills.as_slice().into() };
    check_frame(
        |out| write_frame(&Frame::SetSkills(command), out),
        r#"{"set_skills":{"id":"3","agent":"1001","skills":[{"split":4,"level":1},{"split":7,"level":1,"reserve":2}]}}"#,
    );
    let done = Answer { id: 3, refused: None };
    check_frame(|out| write_frame(&Frame::Answer(done), out), r#"{"answer":{"id":"3"}}"#);
    let refused = Answer { id: 4, refused: Some("no such agent".to_owned()) };
    check_frame(|out| write_frame(&Frame::Answer(refused), out), r#"{"answer":{"id":"4","refused":"no such agent"}}"#);
    let act = model::event::CallAct::Queued { split: model::SplitId(4), priority: Priority::Medium };
    let body = model::EventBody::Call { call: model::CallId(6), act };
    check_frame(
        |out| write_event_frame(9, &Event { at: model::Moment(3), body }, out),
        r#"{"event":{"seq":"9","at_micros":"3000000","call":{"call":"6","queued":{"split":4,"priority":"PRIORITY_MEDIUM"}}}}"#,
    );
}

#[test]
fn the_bytes_in_the_document_are_those_of_the_code() {
    let document = include_str!("../../../../../docs/link.md");
    let act = model::event::CallAct::Queued { split: model::SplitId(4), priority: Priority::Medium };
    let body = model::EventBody::Call { call: model::CallId(6), act };
    let mut bytes = Vec::new();
    write_event_frame(9, &Event { at: model::Moment(1_795_000_000), body }, &mut bytes);
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(document.contains(&hex.join(" ")), "docs/link.md should show {}", hex.join(" "));
}

#[test]
fn the_document_names_every_published_event() {
    let document = include_str!("../../../../../docs/link.md");
    let pool = published();
    let unnamed: Vec<String> =
        ["Event", "CallEvent", "CallIdentity", "AgentEvent", "Configuration", "CallStage", "Frame"]
            .iter()
            .flat_map(|name| message(&pool, name).fields().collect::<Vec<_>>())
            .filter(|field| !document.contains(&format!("`{}`", field.name())))
            .map(|field| field.full_name().to_owned())
            .collect();
    assert_eq!(unnamed, Vec::<String>::new());
}
