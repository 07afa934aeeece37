//! Every word list of the linker, in one place. Words are folded (no case, no accents).

/// What a word says about the figures near it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cue {
    /// Jobs come into being: *créer*, *recruter*, *embaucher*.
    Create,
    /// Money goes into a project: *investir*, *injecter*, *enveloppe*.
    Invest,
    /// Intention: *prévoir*, *compter*, *s'engager*.
    Plan,
    /// What is built or opened: *usine*, *site*, *extension*.
    Project,
    /// Signature or statement: *signer*, *annoncer*, *convention*.
    Announce,
    /// Done: *inaugurer*, *achever*, *permis*.
    Done,
    /// Given up: *renoncer*, *abandonner*, *suspendre*.
    Cancel,
    /// Jobs lost: *licencier*, *suppression*, *menacer*.
    Layoff,
    /// Workers there are: *employer*, *effectif*, *compter*.
    Headcount,
    /// Revenue and results: *chiffre d'affaires*, *bénéfice*.
    Turnover,
    /// Borrowing: *prêt*, *emprunt*, *crédit*, *dette*.
    Loan,
    /// Fund-raising: *lever*, *tour de table*.
    Raise,
    /// Acquisition: *rachat*, *acquérir*, *céder*.
    Acquire,
    /// Fine or damages.
    Fine,
    /// Public aid: *subvention*, *aide*, *prime*.
    Subsidy,
    /// Trade: *exporter*, *importer*, *vente*.
    Trade,
    /// Prices and wages: *salaire*, *loyer*, *prix*.
    Price,
    /// A whole economic sector: *secteur*, *filière*.
    Sector,
    /// A sum: *total*, *cumulé*, *global*.
    Total,
    /// A part: *dont*, *parmi*.
    Part,
    /// One more: *supplémentaire*, *autre*, *nouveau*.
    More,
    /// By when: *horizon*, *ici*, *avant*, *terme*.
    Horizon,
    /// Negation and doubt.
    Not,
    /// Media and sources: *selon*, *source*, *indique*.
    Source,
    /// Public bodies: *ministère*, *agence*, *préfecture*.
    Public,
    /// A definite description of a company: *groupe*, *entreprise*, *filiale*.
    Company,
}

impl Cue {
    /// Short name used in features.
    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }
}

/// Beginnings of words and what they say; the longest one that fits wins.
const STEMS: &[(Cue, &[&str])] = &[
    (
        Cue::Create,
        &[
            "cree",
            "creer",
            "creant",
            "creation",
            "recrut",
            "embauch",
            "engendr",
            "generer",
            "genere",
            "pourvoir",
            "pourvus",
            "recrues",
            "emploiera",
            "emploieront",
            "occupera",
            "mobiliser",
            "procurer",
            "engager",
            "accueillera",
        ],
    ),
    (
        Cue::Invest,
        &[
            "invest",
            "inject",
            "debours",
            "enveloppe",
            "ticket",
            "consacr",
            "budget",
            "mise",
            "montant",
            "cout",
            "depens",
            "mobilis",
            "chiffr",
            "ardoise",
            "facture",
            "finance",
            "alloue",
            "mettr",
            "mettent",
            "cheque",
            "engloutis",
        ],
    ),
    (
        Cue::Plan,
        &[
            "prevoi",
            "prevu",
            "compte",
            "engage",
            "entend",
            "table",
            "ambition",
            "vise",
            "objectif",
            "projet",
            "programm",
            "promet",
            "promis",
            "promesse",
            "veut",
            "devrait",
            "devraient",
            "doit",
            "doivent",
            "va",
            "vont",
            "envisag",
            "espere",
            "plan",
            "souhait",
            "cle",
            "clef",
            "permettr",
            "sera",
            "seront",
            "lanc",
            "attend",
            "annoncait",
            "devait",
        ],
    ),
    (
        Cue::Project,
        &[
            "usine",
            "site",
            "unite",
            "centre",
            "extension",
            "implant",
            "install",
            "construi",
            "construct",
            "ouvr",
            "ouvert",
            "plateforme",
            "atelier",
            "chantier",
            "batiment",
            "hotel",
            "entrepot",
            "agrandi",
            "moderni",
            "ligne",
            "complexe",
            "ferme",
            "campus",
            "raffinerie",
        ],
    ),
    (
        Cue::Announce,
        &[
            "sign",
            "annonc",
            "convention",
            "memorandum",
            "accord",
            "protocole",
            "paraph",
            "communique",
            "devoil",
            "officialis",
            "confirm",
            "present",
            "valid",
            "approuv",
            "contrat",
            "revel",
            "scell",
        ],
    ),
    (
        Cue::Done,
        &[
            "inaugur",
            "acheve",
            "deja",
            "permis",
            "tenu",
            "bilan",
            "realise",
            "depuis",
            "creees",
            "crees",
            "investis",
            "recrutes",
            "embauches",
            "injectes",
            "ont",
            "a",
            "ete",
            "vient",
        ],
    ),
    (
        Cue::Cancel,
        &[
            "renonc", "abandon", "suspend", "annul", "gel", "gele", "retire", "report", "eponge", "enterr",
            "recul", "resili", "tombe",
        ],
    ),
    (
        Cue::Layoff,
        &[
            "licenci",
            "suppress",
            "supprim",
            "menac",
            "perdu",
            "perdre",
            "perte",
            "depart",
            "greve",
            "fermeture",
            "ferme",
            "liquid",
            "chomage",
            "detrui",
            "detruit",
            "plan social",
            "debray",
            "carreau",
            "delocalis",
        ],
    ),
    (
        Cue::Headcount,
        &[
            "emploie",
            "emploient",
            "employ",
            "effectif",
            "salarie",
            "occupe",
            "travaille",
            "travaillent",
            "equipe",
            "fort",
            "forte",
            "compte",
        ],
    ),
    (
        Cue::Turnover,
        &[
            "chiffre",
            "affaires",
            "benefice",
            "resultat",
            "recette",
            "revenu",
            "ebitda",
            "marge",
            "ca",
            "deficit",
            "exercice",
            "capitalis",
            "dividende",
            "bilan",
        ],
    ),
    (
        Cue::Loan,
        &[
            "pret",
            "prets",
            "emprunt",
            "credit",
            "dette",
            "obligat",
            "preter",
            "prete",
            "refinanc",
            "financement",
            "rembours",
            "garanti",
            "pool",
        ],
    ),
    (
        Cue::Raise,
        &[
            "lev",
            "levee",
            "tour",
            "actionnaire",
            "capital",
            "fonds",
            "introduc",
            "amorcage",
        ],
    ),
    (
        Cue::Acquire,
        &[
            "rachat", "rachet", "acqui", "cede", "cession", "ceder", "repri", "offre", "opa", "fusion",
            "vend", "vente",
        ],
    ),
    (
        Cue::Fine,
        &[
            "amende",
            "condamn",
            "sanction",
            "penalit",
            "prejudice",
            "indemni",
            "fraude",
            "detourn",
            "redress",
            "amend",
        ],
    ),
    (
        Cue::Subsidy,
        &[
            "subvention",
            "aide",
            "aides",
            "prime",
            "dotation",
            "don",
            "dons",
            "soutien",
            "appui",
            "contribut",
        ],
    ),
    (
        Cue::Trade,
        &[
            "export", "import", "ventes", "vendu", "echange", "commerc", "commande", "marche",
        ],
    ),
    (
        Cue::Price,
        &[
            "salaire", "loyer", "prix", "tarif", "payer", "paie", "coute", "abonn", "tonne", "kilo",
            "billet", "smig", "remuner",
        ],
    ),
    (
        Cue::Sector,
        &[
            "secteur",
            "filiere",
            "industrie",
            "branche",
            "national",
            "marocaine",
            "federation",
            "pays",
            "region",
        ],
    ),
    (
        Cue::Total,
        &[
            "total", "totalis", "cumul", "global", "ensemble", "tous", "toutes", "somme",
        ],
    ),
    (
        Cue::Part,
        &["dont", "parmi", "partie", "part", "tranche", "tiers", "moitie"],
    ),
    (
        Cue::More,
        &[
            "supplementaire",
            "autre",
            "autres",
            "nouve",
            "encore",
            "addition",
            "plus",
        ],
    ),
    (
        Cue::Horizon,
        &[
            "horizon",
            "ici",
            "avant",
            "terme",
            "echeance",
            "avenir",
            "bientot",
            "prochain",
            "prochaine",
        ],
    ),
    (
        Cue::Not,
        &["ne", "n'", "pas", "sans", "jamais", "aucun", "ni", "contre"],
    ),
    (
        Cue::Source,
        &[
            "selon", "apres", "source", "indique", "precise", "explique", "rapporte", "estime",
        ],
    ),
    (
        Cue::Public,
        &[
            "ministere",
            "ministre",
            "agence",
            "prefecture",
            "prefet",
            "wali",
            "wilaya",
            "maire",
            "mairie",
            "gouvernement",
            "commission",
            "conseil",
            "federation",
            "syndicat",
            "union",
            "office",
            "caisse",
            "universite",
            "chambre",
            "observatoire",
            "banque",
        ],
    ),
    (
        Cue::Company,
        &[
            "groupe",
            "entreprise",
            "societe",
            "filiale",
            "compagnie",
            "firme",
            "equipementier",
            "constructeur",
            "operateur",
            "industriel",
            "fabricant",
            "multinationale",
            "geant",
            "specialiste",
            "cooperative",
            "enseigne",
            "exploitant",
            "holding",
            "elle",
            "il",
        ],
    ),
];

/// What a folded word says, if anything.
pub(super) fn cue(word: &str) -> Option<Cue> {
    STEMS
        .iter()
        .flat_map(|&(cue, stems)| stems.iter().map(move |&s| (s, cue)))
        // Short stems are whole words: `a`, `va`, `ca`.
        .filter(|&(s, _)| {
            if s.len() <= 4 {
                word == s
            } else {
                word.starts_with(s)
            }
        })
        .max_by_key(|&(s, _)| s.len())
        .map(|(_, cue)| cue)
}

/// Where on a page a segment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Above the article: header, menu, title.
    Top,
    /// The article.
    Body,
    /// Headlines of other articles.
    Related,
    /// Readers' comments.
    Comments,
    /// Legal lines, contacts, sharing buttons.
    Footer,
    /// *À propos de*: the company's own portrait at the end of a release.
    About,
}

impl Zone {
    /// Short name used in features.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Body => "body",
            Self::Related => "related",
            Self::Comments => "comments",
            Self::Footer => "footer",
            Self::About => "about",
        }
    }
}

/// Beginnings of a segment that open a zone.
const MARKERS: &[(Zone, &[&str])] = &[
    (
        Zone::Related,
        &[
            "lire aussi",
            "a lire",
            "lire egalement",
            "les plus lus",
            "plus lus",
            "sur le meme sujet",
            "dans la meme rubrique",
            "a la une",
            "articles lies",
            "articles similaires",
            "dernieres nouvelles",
            "les autres titres",
            "autres titres",
            "voir aussi",
            "derniere minute",
            "dernieres minutes",
            "dans l'actualite",
            "aussi dans l'actualite",
            "vous aimerez",
            "les dernieres",
            "fil info",
            "en direct",
            "flash",
            "dans le reste",
            "les titres",
            "a ne pas manquer",
            "article precedent",
            "article suivant",
            "recommande",
            "en continu",
            "lire la suite",
            "plus d'articles",
            "autres articles",
            "sur le meme theme",
            "les breves",
            "en bref",
            "tendance",
            "populaire",
            "top",
        ],
    ),
    (
        Zone::Comments,
        &[
            "commentaire",
            "# commentaire",
            "vos commentaires",
            "reagir",
            "reactions",
            "# reaction",
            "vos reactions",
            "forum",
        ],
    ),
    (
        Zone::Footer,
        &[
            "©",
            "copyright",
            "mentions legales",
            "tous droits",
            "contact",
            "partager",
            "newsletter",
            "suivez",
            "partagez",
            "tags",
            "mots-cles",
            "mots",
            "etiquettes",
            "abonnez",
            "plan du site",
            "cgu",
            "imprimer",
        ],
    ),
    (Zone::About, &["a propos de"]),
];

/// The zone that a segment opens, from its first words.
pub(super) fn zone_marker<'w>(words: impl Iterator<Item = &'w str>) -> Option<Zone> {
    let mut start = String::new();
    for word in words
        .filter(|w| w.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '#' | '©' | '<')))
        .take(4)
    {
        if !start.is_empty() && !start.ends_with('\'') {
            start.push(' ');
        }
        start.push_str(word);
    }
    MARKERS
        .iter()
        .find(|(_, starts)| starts.iter().any(|s| start.starts_with(s)))
        .map(|&(zone, _)| zone)
}

/// True for a word whose full stop does not end a sentence.
pub(super) fn is_abbreviation(word: &str) -> bool {
    word.chars().count() == 1
        || matches!(
            word,
            "mm" | "mme" | "mmes" | "dr" | "pr" | "st" | "ste" | "art" | "av" | "cf" | "env" | "etc"
        )
}

/// True when `short` is an acronym whose letters stand in `long`, in order.
pub(super) fn is_acronym_of(short: &str, long: &str) -> bool {
    let capitals = short.chars().filter(|c| c.is_uppercase()).count();
    if capitals < 2 || short.split_whitespace().count() > 2 {
        return false;
    }
    let folded = crate::text::fold(long);
    let mut letters = folded.chars();
    crate::text::fold(short)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .all(|c| letters.any(|l| l == c))
}

/// The country at the head of a source such as `MA/outsourcing/…`.
pub(super) fn country_of_source(source: &str) -> Option<&str> {
    let (head, _) = source.split_once('/')?;
    (head.len() == 2 && head != "XX" && head.bytes().all(|b| b.is_ascii_uppercase())).then_some(head)
}
