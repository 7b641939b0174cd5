//! Names that read well on a screen. All people are made up.

use crate::random::Random;

const SPLITS: [&str; 24] = [
    "Billing",
    "Sales",
    "Tech support",
    "Claims",
    "Premium",
    "Retention",
    "Orders",
    "Deliveries",
    "Returns",
    "New accounts",
    "Payments",
    "Internet",
    "Mobile",
    "Fraud desk",
    "Field service",
    "Business",
    "Loans",
    "Mortgages",
    "Cards",
    "Travel",
    "Warranty",
    "Complaints",
    "Renewals",
    "Front desk",
];

const GIVEN: [&str; 48] = [
    "Ada", "Amir", "Anna", "Ben", "Bianca", "Carlos", "Chidi", "Clara", "Dana", "Diego", "Elif", "Emil", "Esra", "Eva",
    "Farid", "Fiona", "Goran", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Kamal", "Kira", "Lena",
    "Liam", "Mara", "Mateo", "Mei", "Milan", "Nadia", "Noah", "Olga", "Omar", "Paula", "Priya", "Ravi", "Rosa", "Sam",
    "Sofia", "Tariq", "Tessa", "Uma", "Viktor", "Yara", "Zoe",
];

const FAMILY: [&str; 53] = [
    "Abbott", "Aydin", "Baker", "Bauer", "Berg", "Brandt", "Castro", "Chen", "Costa", "Dahl", "Diaz", "Dubois", "Eze",
    "Farkas", "Ferrari", "Fischer", "Garcia", "Gupta", "Haas", "Hansen", "Horvat", "Ito", "Jansen", "Kaya", "Keller",
    "Khan", "Kowalski", "Kumar", "Lang", "Lopez", "Martin", "Meyer", "Moreau", "Nagy", "Nguyen", "Novak", "Okafor",
    "Olsen", "Park", "Patel", "Quinn", "Reyes", "Rossi", "Sato", "Silva", "Singh", "Stein", "Tanaka", "Varga", "Vogel",
    "Weber", "Wong", "Zimmer",
];

/// AUX reasons by code.
pub const AUX_REASONS: [&str; 10] = [
    "System",
    "Break",
    "Lunch",
    "Training",
    "Meeting",
    "Back office",
    "Coaching",
    "Personal",
    "Call-backs",
    "IT trouble",
];

/// Logout reasons from code 1.
pub const LOGOUT_REASONS: [&str; 4] = ["End of shift", "Moving desk", "Off-site", "Restart"];

/// Call work codes from 101.
pub const WORK_CODES: [&str; 8] =
    ["Resolved", "Call back", "Order taken", "Cancelled", "Address change", "Complaint", "Wrong number", "Escalated"];

/// Incoming trunk groups; the last trunk group is the outgoing one.
pub const TRUNK_GROUPS: [&str; 4] = ["Main number", "Toll-free", "Mobile", "Regional"];

/// Name of the `index`th split (from 0); from the 25th on with a number.
pub fn split(index: usize) -> String {
    let round = index / SPLITS.len() + 1;
    let name = SPLITS[index % SPLITS.len()];
    if round == 1 { name.to_owned() } else { format!("{name} {round}") }
}

/// Names of `count` agents, none twice.
pub fn agents(count: usize, random: &mut Random) -> Vec<String> {
    let pairs = GIVEN.len() * FAMILY.len();
    let first = random.index(pairs);
    (0..count)
        .map(|index| {
            // 48 and 53 have no common divisor, so stepping both walks through every pair before one repeats.
            let at = first + index;
            let (given, family) = (GIVEN[at * 7 % GIVEN.len()], FAMILY[at % FAMILY.len()]);
            let round = index / pairs;
            if round == 0 { format!("{given} {family}") } else { format!("{given} {family} {}", round + 1) }
        })
        .collect()
}
