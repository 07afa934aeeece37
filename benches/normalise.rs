//! Mentions normalised per second on one core, over mentions in their sentences as newsrooms write them.
//!
//! `cargo bench --bench normalise`; with `--profile dev` it reuses what the tests have built.

#![allow(clippy::unwrap_used, reason = "a benchmark may fail as tests do")]

use divan::counter::ItemsCount;
use jalon::label::Label;
use jalon::normalise::{Context, normalise};
use jalon::span::{ByteSpan, Mention};
use jalon::value::When;

/// Sentence with its mention in brackets, country of the document.
type Row = (&'static str, &'static str);

const PUBLISHED: &str = "2024-04-10";

const MONEY: &[Row] = &[
    (
        "Le groupe investira [350 millions de dirhams] dans une usine à Kénitra d'ici fin 2026.",
        "MA",
    ),
    (
        "Le coût du projet est de [50 MDH], selon le communiqué publié mardi par l'agence.",
        "MA",
    ),
    (
        "Un programme de [1,2 MMDH] a été lancé pour moderniser le réseau ferroviaire du Royaume.",
        "MA",
    ),
    (
        "plus de [350 M DH] seront mobilisés par les partenaires sur la période.",
        "MA",
    ),
    (
        "Une enveloppe de [20 M€] sera allouée à la modernisation du site de Valenciennes.",
        "FR",
    ),
    (
        "L'entreprise annonce un investissement de près de [1,5 milliard d’euros] d'ici 2027.",
        "FR",
    ),
    (
        "Le fonds a injecté [33,3 millions de dollars] dans la start-up, dit-on à New York.",
        "US",
    ),
    (
        "Le Cameroun consacre [21,5 milliards de FCFA] à la construction de la route.",
        "CM",
    ),
    (
        "La Banque a prêté [500 000 000 F CFA] à la coopérative de Thiès pour ses équipements.",
        "SN",
    ),
    (
        "Le projet coûtera [15 millions de dinars] et sera achevé en 2025, précise le ministère.",
        "TN",
    ),
    (
        "Une enveloppe de [3 milliards de centimes] a été dégagée par la wilaya d'Oran.",
        "DZ",
    ),
    (
        "L'investissement, estimé entre [10 et 15 millions d'euros], sera réparti sur trois ans.",
        "",
    ),
    (
        "Les deux lots coûteront respectivement [120] et 85 MDH, a indiqué le ministre mardi.",
        "",
    ),
    (
        "Le fédéral versera [5 M$] à l'usine de Bécancour, en plus des prêts déjà accordés.",
        "CA",
    ),
    (
        "payé [3 000 dirhams par mois], le salarié touche aussi une prime de rendement.",
        "MA",
    ),
    (
        "La société a payé [5 millions de francs congolais] aux communautés de Kolwezi.",
        "CD",
    ),
];

const JOBS: &[Row] = &[
    (
        "La nouvelle usine créera [700 emplois] directs dans la région de Tanger-Tétouan.",
        "",
    ),
    (
        "Le projet devrait générer plus de [5.050 nouveaux emplois] d'ici cinq ans.",
        "",
    ),
    (
        "Quelque [1 500 postes] seront ouverts à Casablanca dès le mois de septembre prochain.",
        "",
    ),
    (
        "L'usine emploiera [une centaine d'emplois] directs et plusieurs centaines d'indirects.",
        "",
    ),
    (
        "Le groupe annonce [deux mille recrutements] en France, dont la moitié en CDI.",
        "",
    ),
    (
        "Le secteur compte [120.000 personnes] et vise une croissance de 10 % par an.",
        "",
    ),
    (
        "soit 2.000 emplois directs et [5.000 indirects] à terme, selon le ministère.",
        "",
    ),
    (
        "entre [500 et 700 emplois] seront créés à la faveur de cet investissement majeur.",
        "",
    ),
    (
        "jusqu'à [500 postes] pourraient être supprimés, redoutent les syndicats du site.",
        "",
    ),
    (
        "près de [quatre-vingt-dix-neuf salariés] travaillent déjà sur place, au sud de la ville.",
        "",
    ),
    (
        "au moins [3 000 emplois] au bas mot, affirme le directeur général de la filiale.",
        "",
    ),
    (
        "La ferme emploie [une cinquantaine de saisonniers] pendant la campagne des agrumes.",
        "",
    ),
    (
        "avec à la clé [17.000 emplois] directs et indirects, se félicite le gouverneur.",
        "",
    ),
    (
        "dans une fourchette de [deux à trois cents emplois] selon le scénario retenu.",
        "",
    ),
];

const DATE: &[Row] = &[
    (
        "La convention a été signée [mercredi 20 avril 2022] à Rabat par les deux parties.",
        "",
    ),
    (
        "L'accord a été conclu le [22 décembre dernier], en présence du ministre.",
        "",
    ),
    (
        "Le site ouvrira en [novembre 2025], après deux ans de travaux d'aménagement.",
        "",
    ),
    (
        "Les emplois seront créés d'ici [fin 2026], selon le plan présenté aux élus.",
        "",
    ),
    (
        "Les travaux débuteront au [premier semestre 2025], une fois le permis obtenu.",
        "",
    ),
    (
        "Le ministre s'est rendu sur place [lundi], pour constater l'avancement du chantier.",
        "",
    ),
    (
        "a-t-il déclaré [hier] lors d'une conférence de presse tenue à Abidjan.",
        "",
    ),
    (
        "L'usine sera livrée [l'an prochain], promet le constructeur coréen.",
        "",
    ),
    (
        "Le groupe investira 2 milliards [d'ici trois ans] pour doubler sa production.",
        "",
    ),
    (
        "l'entreprise, implantée [il y a deux ans] dans la zone franche de Tanger.",
        "",
    ),
    (
        "au cours des [deux dernières années], le secteur a gagné 12.000 emplois.",
        "",
    ),
    (
        "dans le cadre du plan [2023-2027], doté d'un budget de 3 milliards d'euros.",
        "",
    ),
    (
        "Livraison prévue le [22/12/2025], au plus tard, indique le cahier des charges.",
        "",
    ),
    (
        "le salon se tiendra les [3 et 4 décembre] au parc des expositions.",
        "",
    ),
    (
        "la mise en service est attendue pour [l'été prochain], assure le directeur.",
        "",
    ),
    (
        "les résultats du [T3 2024] montrent une hausse des commandes de l'aéronautique.",
        "",
    ),
    (
        "La cérémonie a eu lieu le [12 décembre], dans les locaux de l'ambassade.",
        "",
    ),
    (
        "prévue à l'horizon [2030], la ligne transportera 60 millions de voyageurs.",
        "",
    ),
    (
        "Ouverture d'ici [18 mois], selon l'entrepreneur chargé du gros œuvre.",
        "",
    ),
    (
        "une baisse pendant [Ramadan], comme chaque année, note la fédération.",
        "",
    ),
];

/// A mention ready to be read, and what surrounds it.
struct Case {
    text: String,
    country: Option<&'static str>,
    mention: Mention,
}

impl Case {
    fn new(label: Label, &(marked, country): &Row) -> Self {
        let (start, end) = (marked.find('[').unwrap(), marked.find(']').unwrap() - 1);
        Self {
            text: marked.replace(['[', ']'], ""),
            country: Some(country).filter(|c| !c.is_empty()),
            mention: Mention::gold(ByteSpan::new(start, end).unwrap(), label),
        }
    }
}

fn cases(label: Label) -> Vec<Case> {
    let rows = match label {
        Label::Money => MONEY,
        Label::Jobs => JOBS,
        Label::Date => DATE,
        Label::Org | Label::Loc => &[],
    };
    rows.iter().map(|row| Case::new(label, row)).collect()
}

fn run(bencher: divan::Bencher<'_, '_>, cases: &[Case]) {
    let published: Option<When> = PUBLISHED.parse().ok();
    bencher.counter(ItemsCount::new(cases.len())).bench(|| {
        for case in cases {
            let context = Context {
                text: divan::black_box(&case.text),
                published,
                country: case.country,
            };
            let _ = divan::black_box(normalise(&case.mention, &context));
        }
    });
}

#[divan::bench(args = [Label::Money, Label::Jobs, Label::Date])]
fn one_label(bencher: divan::Bencher<'_, '_>, label: Label) {
    run(bencher, &cases(label));
}

#[divan::bench]
fn all(bencher: divan::Bencher<'_, '_>) {
    let cases: Vec<Case> = [Label::Money, Label::Jobs, Label::Date]
        .into_iter()
        .flat_map(cases)
        .collect();
    run(bencher, &cases);
}

fn main() {
    divan::main();
}
