//! Names of people as they write them, with the Latin letters they would use for an account.

use crate::chance::Chance;

/// How a full name is put together.
#[derive(Debug, Clone, Copy)]
enum Form {
    GivenFamily,
    FamilyGiven,
    /// Family name first and no blank between.
    Joined,
}

/// Names that go together.
struct Tongue {
    /// How many in a hundred people have such a name.
    share: usize,
    form: Form,
    given: &'static [(&'static str, &'static str)],
    family: &'static [(&'static str, &'static str)],
}

/// A person: the full name and what an account may be called after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub(crate) full: String,
    pub(crate) given: &'static str,
    pub(crate) family: &'static str,
}

static TONGUES: [Tongue; 15] = [
    Tongue {
        share: 24,
        form: Form::GivenFamily,
        given: &[
            ("Alice", "alice"),
            ("Benjamin", "ben"),
            ("Charlotte", "charlotte"),
            ("Daniel", "daniel"),
            ("Emily", "emily"),
            ("Femi", "femi"),
            ("Grace", "grace"),
            ("Hannah", "hannah"),
            ("Isaac", "isaac"),
            ("Joanna", "joanna"),
            ("Kwame", "kwame"),
            ("Liam", "liam"),
            ("Margaret", "maggie"),
            ("Noah", "noah"),
            ("Olivia", "olivia"),
            ("Peter", "peter"),
        ],
        family: &[
            ("Adeyemi", "adeyemi"),
            ("Baker", "baker"),
            ("Clarke", "clarke"),
            ("Davies", "davies"),
            ("Evans", "evans"),
            ("Fraser", "fraser"),
            ("Gallagher", "gallagher"),
            ("Hughes", "hughes"),
            ("Kamau", "kamau"),
            ("Mensah", "mensah"),
            ("O'Brien", "obrien"),
            ("Taylor", "taylor"),
        ],
    },
    Tongue {
        share: 13,
        form: Form::GivenFamily,
        given: &[
            ("Aurélie", "aurelie"),
            ("Benoît", "benoit"),
            ("Chloé", "chloe"),
            ("Élodie", "elodie"),
            ("François", "francois"),
            ("Gaëlle", "gaelle"),
            ("Jérôme", "jerome"),
            ("Maëlys", "maelys"),
            ("Noémie", "noemie"),
            ("Rémi", "remi"),
            ("Solène", "solene"),
            ("Zoé", "zoe"),
        ],
        family: &[
            ("Bézier", "bezier"),
            ("Chaumont", "chaumont"),
            ("Desprès", "despres"),
            ("Lefèvre", "lefevre"),
            ("Garçon", "garcon"),
            ("Hébert", "hebert"),
            ("Moreau", "moreau"),
            ("Pélissier", "pelissier"),
        ],
    },
    Tongue {
        share: 9,
        form: Form::GivenFamily,
        given: &[
            ("Ángel", "angel"),
            ("Begoña", "begona"),
            ("Íñigo", "inigo"),
            ("João", "joao"),
            ("Lucía", "lucia"),
            ("Mónica", "monica"),
            ("Raúl", "raul"),
            ("Sebastião", "sebastiao"),
            ("Sofía", "sofia"),
            ("Tomás", "tomas"),
        ],
        family: &[
            ("Araújo", "araujo"),
            ("Conceição", "conceicao"),
            ("Gómez", "gomez"),
            ("Ibáñez", "ibanez"),
            ("Magalhães", "magalhaes"),
            ("Muñoz", "munoz"),
            ("Núñez", "nunez"),
            ("Peña", "pena"),
        ],
    },
    Tongue {
        share: 8,
        form: Form::GivenFamily,
        given: &[
            ("Åsa", "asa"),
            ("Björn", "bjorn"),
            ("Jürgen", "juergen"),
            ("Käthe", "kaethe"),
            ("Øyvind", "oyvind"),
            ("Sigrún", "sigrun"),
            ("Søren", "soren"),
            ("Þóra", "thora"),
        ],
        family: &[
            ("Größer", "groesser"),
            ("Hägglund", "hagglund"),
            ("Jónsdóttir", "jonsdottir"),
            ("Kjær", "kjaer"),
            ("Müller", "mueller"),
            ("Østergård", "ostergard"),
            ("Weiß", "weiss"),
        ],
    },
    Tongue {
        share: 7,
        form: Form::GivenFamily,
        given: &[
            ("Agnieszka", "agnieszka"),
            ("Čeněk", "cenek"),
            ("Gözde", "gozde"),
            ("İlker", "ilker"),
            ("Łukasz", "lukasz"),
            ("Małgorzata", "malgorzata"),
            ("Őrs", "ors"),
            ("Željko", "zeljko"),
        ],
        family: &[
            ("Çağlar", "caglar"),
            ("Dvořák", "dvorak"),
            ("Đorđević", "djordjevic"),
            ("Kovács", "kovacs"),
            ("Şahin", "sahin"),
            ("Wiśniewska", "wisniewska"),
            ("Żółty", "zolty"),
        ],
    },
    Tongue {
        share: 4,
        form: Form::FamilyGiven,
        given: &[
            ("Đức", "duc"),
            ("Hạnh", "hanh"),
            ("Khánh", "khanh"),
            ("Ngọc", "ngoc"),
            ("Thảo", "thao"),
            ("Tuấn", "tuan"),
        ],
        family: &[
            ("Đặng", "dang"),
            ("Lê", "le"),
            ("Nguyễn", "nguyen"),
            ("Phạm", "pham"),
            ("Trần", "tran"),
        ],
    },
    Tongue {
        share: 6,
        form: Form::GivenFamily,
        given: &[
            ("Алексей", "alexey"),
            ("Богдана", "bohdana"),
            ("Владимир", "vladimir"),
            ("Дарья", "darya"),
            ("Ірина", "iryna"),
            ("Милица", "milica"),
            ("Олександр", "oleksandr"),
            ("Юлия", "yulia"),
        ],
        family: &[
            ("Иванова", "ivanova"),
            ("Ковальчук", "kovalchuk"),
            ("Кузнецов", "kuznetsov"),
            ("Петровић", "petrovic"),
            ("Соловьёв", "solovyov"),
            ("Шевченко", "shevchenko"),
        ],
    },
    Tongue {
        share: 3,
        form: Form::GivenFamily,
        given: &[
            ("Αλέξανδρος", "alexandros"),
            ("Γεωργία", "georgia"),
            ("Δήμητρα", "dimitra"),
            ("Νίκος", "nikos"),
            ("Σοφία", "sofia"),
            ("Χρήστος", "christos"),
        ],
        family: &[
            ("Αγγελόπουλος", "angelopoulos"),
            ("Βασιλείου", "vasileiou"),
            ("Οικονόμου", "oikonomou"),
            ("Παπαδάκης", "papadakis"),
            ("Ψαρρός", "psarros"),
        ],
    },
    Tongue {
        share: 5,
        form: Form::GivenFamily,
        given: &[
            ("أحمد", "ahmed"),
            ("خديجة", "khadija"),
            ("سارة", "sara"),
            ("عمر", "omar"),
            ("فاطمة", "fatima"),
            ("نور", "nour"),
            ("يوسف", "youssef"),
        ],
        family: &[
            ("التميمي", "altamimi"),
            ("الحداد", "alhaddad"),
            ("بن علي", "benali"),
            ("حسن", "hassan"),
            ("منصور", "mansour"),
        ],
    },
    Tongue {
        share: 2,
        form: Form::GivenFamily,
        given: &[
            ("אביגיל", "avigail"),
            ("דוד", "david"),
            ("יעל", "yael"),
            ("נועה", "noa"),
            ("שלמה", "shlomo"),
        ],
        family: &[("אברהם", "avraham"), ("כהן", "cohen"), ("לוי", "levi"), ("פרידמן", "friedman")],
    },
    Tongue {
        share: 6,
        form: Form::GivenFamily,
        given: &[
            ("अनन्या", "ananya"),
            ("अर्जुन", "arjun"),
            ("काव्या", "kavya"),
            ("प्रिया", "priya"),
            ("रोहन", "rohan"),
            ("विक्रम", "vikram"),
            ("श्रेया", "shreya"),
        ],
        family: &[
            ("अग्रवाल", "agrawal"),
            ("गुप्ता", "gupta"),
            ("जोशी", "joshi"),
            ("मिश्रा", "mishra"),
            ("शर्मा", "sharma"),
        ],
    },
    Tongue {
        share: 6,
        form: Form::Joined,
        given: &[
            ("伟", "wei"),
            ("芳", "fang"),
            ("敏", "min"),
            ("静怡", "jingyi"),
            ("浩然", "haoran"),
            ("雨桐", "yutong"),
            ("子轩", "zixuan"),
        ],
        family: &[
            ("王", "wang"),
            ("李", "li"),
            ("张", "zhang"),
            ("刘", "liu"),
            ("陈", "chen"),
            ("歐陽", "ouyang"),
        ],
    },
    Tongue {
        share: 3,
        form: Form::Joined,
        given: &[
            ("민준", "minjun"),
            ("서연", "seoyeon"),
            ("지우", "jiwoo"),
            ("하은", "haeun"),
            ("현우", "hyunwoo"),
        ],
        family: &[("김", "kim"), ("박", "park"), ("이", "lee"), ("정", "jung"), ("최", "choi")],
    },
    Tongue {
        share: 3,
        form: Form::FamilyGiven,
        given: &[
            ("さくら", "sakura"),
            ("ユキ", "yuki"),
            ("健太", "kenta"),
            ("美咲", "misaki"),
            ("陽翔", "haruto"),
        ],
        family: &[
            ("佐藤", "sato"),
            ("高橋", "takahashi"),
            ("渡辺", "watanabe"),
            ("小林", "kobayashi"),
        ],
    },
    Tongue {
        share: 1,
        form: Form::GivenFamily,
        given: &[("กัญญา", "kanya"), ("ณัฐพล", "nattapon"), ("พิมพ์", "pim"), ("สมชาย", "somchai")],
        family: &[("แก้วมณี", "kaewmanee"), ("ใจดี", "jaidee"), ("รัตนชัย", "rattanachai")],
    },
];

impl PersonName {
    /// Somebody's name.
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let mut roll = chance.below(TONGUES.iter().map(|tongue| tongue.share).sum());
        let mut tongue = &TONGUES[0];
        for candidate in &TONGUES {
            tongue = candidate;
            if roll < candidate.share {
                break;
            }
            roll -= candidate.share;
        }
        let (given, roman_given) = *chance.pick(tongue.given);
        let (family, roman_family) = *chance.pick(tongue.family);
        let full = match tongue.form {
            Form::GivenFamily => format!("{given} {family}"),
            Form::FamilyGiven => format!("{family} {given}"),
            Form::Joined => format!("{family}{given}"),
        };
        Self { full, given: roman_given, family: roman_family }
    }

    /// A name for the account in one of the ways people choose; `taken` ones get a number.
    pub(crate) fn username(&self, chance: &mut Chance, taken: impl Fn(&str) -> bool) -> String {
        let (given, family) = (self.given, self.family);
        let initial = &given[..1];
        let base = match chance.below(6) {
            0 => format!("{given}-{family}"),
            1 => format!("{given}{family}"),
            2 => format!("{initial}{family}"),
            3 => format!("{family}-{initial}"),
            4 => format!("{given}{}", 10 + chance.below(90)),
            _ => format!("{}{}", capital(given), capital(family)),
        };
        if !taken(&base) {
            return base;
        }
        (2..)
            .map(|number| format!("{base}{number}"))
            .find(|name| !taken(name))
            .expect("numbers never end")
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::{PersonName, TONGUES};
    use crate::chance::Chance;

    #[test]
    fn shares_make_a_hundred() {
        assert_eq!(TONGUES.iter().map(|tongue| tongue.share).sum::<usize>(), 100);
    }

    #[test]
    fn every_name_makes_an_account_that_the_hub_allows() {
        let mut chance = Chance::new(1);
        for _ in 0..5_000 {
            let name = PersonName::draw(&mut chance);
            let username = name.username(&mut chance, |_| false);
            let parts_are_plain = username.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
            assert!(
                parts_are_plain && (2..=42).contains(&username.len()),
                "{username} for {}",
                name.full
            );
        }
    }
}
