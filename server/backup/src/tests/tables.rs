use std::collections::BTreeSet;

use catalog::all_tables;
use model::DataKind;

use crate::{NOT_KEPT, known, lookup};

/// Appendix C of the field's guide, kind by kind.
const LOCAL: &str =
    "dcadmin dcalloc print_adm /usr/lib/pbx/Aname /usr/lib/pbx/Pname /usr/lib/pbx/Sname fullex H_hostname";
const SYSTEM: &str = "custobjects /cms/db/ext /cms/db/gem/c_custom /cms/db/gem/h_custom /cms/db/gem/r_custom dbitems cmstbls
    features h_custom main_menu menu_add menu /cms/pbx/master /cms/pbx/sim_pbx r_custom scwininfo sys_info user_colors
    user_defval users /cms/cow/reports/designer /cms/db/journal/shortcut /cms/db/journal/timetable ttsched ttsctasks ttsc";
const ACD: &str = "aar_agents acd_shifts acds ag_ex_adm agroups arch_stat dbstatus f_cdayconf f_chpap f_chprof f_cstap
    f_cstprof f_dataarch f_spdays f_status f_tkgpprof sp_ex_adm split_pro splits synonyms tg_ex_adm tgroups vdn_pro
    vdn_x_adm vdns vec_x_adm vectors";
const HISTORICAL: &str =
    "ag_actv agex call_rec haglog linkex mctex spex tgex vdnex vecex d_secs dagent dcwc dsplit dtkgrp
    dtrunk dvdn dvector f_cday f_cdayrep f_dspllit f_dtkgrp f_ispday f_ispllit f_itkgrp hagent hcwc hsplit htkgrp htrunk
    hvdn hvector m_secs magent mcwc msplit mtkgrp mtrunk mvdn mvector w_secs wagent wcwc wsplit wtkgrp wtrunk wvdn
    wvector";

#[test]
fn every_table_of_the_field_is_backed_up_or_refused_with_a_reason() {
    for (kind, names) in
        [(DataKind::Local, LOCAL), (DataKind::System, SYSTEM), (DataKind::Acd, ACD), (DataKind::Historical, HISTORICAL)]
    {
        for name in names.split_whitespace() {
            match lookup(name) {
                Ok(table) => assert_eq!((table.name, table.kind), (name, kind)),
                Err(error) => {
                    let reason = NOT_KEPT.iter().find(|(known, _)| *known == name).map(|(_, why)| *why);
                    let told = error.to_string();
                    assert!(reason.is_some_and(|why| told.contains(why) && told.contains(name)), "{told}");
                }
            }
        }
    }
}

#[test]
fn no_table_is_both_and_the_whole_archive_is_among_them() {
    let names: Vec<&str> = known().iter().map(|table| table.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert!(NOT_KEPT.iter().all(|(name, _)| !names.contains(name)));
    let archived = all_tables().iter().filter(|table| table.kind.is_archived()).map(|table| table.name);
    assert_eq!(archived.filter(|name| !names.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn names_are_found_as_people_type_them() {
    assert_eq!(lookup("HSPLIT").unwrap().name, "hsplit");
    assert_eq!(lookup("designer").unwrap().name, "/cms/cow/reports/designer");
    assert!(lookup("hsplt").unwrap_err().to_string().contains("there is no table hsplt"));
}
