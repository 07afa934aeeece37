//! Every word list of the linker, in one place. Words are folded (no case, no accents).

use std::collections::BTreeMap;
use std::sync::LazyLock;

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
    /// Together: *coentreprise*, *consortium*, *conjointement*.
    Joint,
    /// A definite description of a company: *groupe*, *entreprise*, *filiale*.
    Company,
}

impl Cue {
    /// Short name used in features.
    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }
}

/// Beginnings of words and what they say; the longest one that fits wins, the first of equals.
const STEMS: &[(Cue, &str)] = &[
    (
        Cue::Create,
        "cree crees creee creees creer creera creeront creerait creant creation recrut embauch engendr \
         genere generer generera pourvoir pourvu pourvus pourvoira recrue emploiera emploierait \
         emploieront employera occupera occuperont mobilisera mobiliseront procurer fournira accueillera \
         accueilleront engagera engageront engager absorb etoffe etoffer naitre rejoindr travailler \
         travaillera travailleront donnera ajouter ajoutera comptera compteront offrira proposera \
         affecter poste direct directs indirect indirects induit permanent perenne cdi stable",
    ),
    (
        Cue::Invest,
        "invest inject debours enveloppe ticket consacr mise miser montant cout coutera couteront coutant \
         depens mobilise mobiliser ardoise facture alloue allouer mettr mettra mettent mettre cheque \
         englouti moyennant effort mobilisation engag engagement evalu estime chiffre pese pesera \
         represent budget financ",
    ),
    (
        Cue::Plan,
        "prevoi prevu prevue entend table tabl ambition vise visent objectif projet programm promet \
         promis promesse promettent promettait veut veulent voudrait devrait devraient doit doivent \
         devront devra va vont vais allons envisag espere plan souhait cle clef permettr permettre lanc \
         attendu attendue attendus annoncait devait devaient sera seront aura auront futur projette \
         planch pari parie",
    ),
    (
        Cue::Project,
        "usine site unite extension implant install installer construi construct construire batir batit \
         ouvr ouvrir ouvrira plateforme atelier chantier batiment hotel entrepot agrandi agrandir moderni \
         complexe campus raffinerie centrale parc plateau laboratoire hangar terrain cimenterie carriere \
         ligne pilote equip",
    ),
    (
        Cue::Announce,
        "sign annonc convention memorandum accord protocole paraph communique devoil officialis confirm \
         presente valid approuv revel scell engage avenant dossier lettre feu",
    ),
    (
        Cue::Done,
        "inaugur acheve deja tenu bilan realise livre fin souffl boucl mis demarre operationnel",
    ),
    (
        Cue::Cancel,
        "renonc abandon suspen annul gel gele geles retire retrait eponge enterr resili arret arrete \
         caduc tomb jette fini frein echou report ajourn stopp",
    ),
    (
        Cue::Layoff,
        "licenci suppress supprim menac perdu perdre perd perdent perte depart greve fermeture ferme \
         fermer liquid chomage detrui detruit debray carreau delocalis social sauvegarde redundan rompu \
         reclass mobilises syndicat grevist separ",
    ),
    (
        Cue::Headcount,
        "emploie emploient employait employaient effectif salarie occupe occupent occupait travaille \
         travaillent travaillait equipe fort forte compte comptent comptait comptaient dirige dirig \
         emploi actuel actuell aujourd",
    ),
    (
        Cue::Turnover,
        "chiffre affaires benefic resultat recette revenu ebitda marge deficit exercice capitalis \
         dividende produit croissance rentab encours actif bilan comptes pnb",
    ),
    (
        Cue::Loan,
        "pret prets emprunt credit dette obligat preter prete refinanc rembours garanti pool bailleur \
         echelonn ligne",
    ),
    (
        Cue::Raise,
        "lev leve leves levee levees levent lever tour actionnaire capital fonds introduc amorcage serie \
         valoris souscri",
    ),
    (
        Cue::Acquire,
        "rachat rachet acqui acheter achete cede cession ceder reprise reprendre repris opa fusion vend \
         vente vendre rachete participation",
    ),
    (
        Cue::Fine,
        "amende condamn sanction penalit prejudice indemni fraude detourn redress arrieres saisi vol \
         escroq dommages proces tribunal",
    ),
    (
        Cue::Subsidy,
        "subvention aide aides prime dotation don dons soutien appui contribut cheque bourse exoner \
         allocation",
    ),
    (
        Cue::Trade,
        "export import ventes vendu echange commerc commande marche achats contrat livraison transfert",
    ),
    (
        Cue::Price,
        "salaire loyer prix tarif payer paye paie coute coutent abonn tonne kilo billet smig smic remuner \
         litre baril mensuel mois jour heure brut net place entree",
    ),
    (
        Cue::Sector,
        "secteur filiere industrie branche national marocaine pays mondial population economie regional",
    ),
    (
        Cue::Total,
        "total totalis cumul global tous toutes somme globalement additionn",
    ),
    (
        Cue::Part,
        "dont parmi partie part tranche tiers moitie premiere premier",
    ),
    (
        Cue::More,
        "supplementaire autre autres nouveau nouveaux nouvelle nouvelles nouvel encore addition desormais",
    ),
    (
        Cue::Horizon,
        "horizon ici avant terme echeance avenir bientot prochain prochaine annee ans",
    ),
    (Cue::Not, "ne n' pas sans jamais aucun aucune ni contre"),
    (
        Cue::Source,
        "selon apres source indique precise explique rapporte estime rappelle rappelant souligne",
    ),
    (
        Cue::Public,
        "ministere ministre agence prefecture prefet wali wilaya maire mairie gouvernement commission \
         conseil federation syndicat union office caisse universite chambre observatoire banque institut \
         ecole association confederation departement region autorite haut centre fonds direction",
    ),
    (
        Cue::Joint,
        "coentreprise joint consortium conjoint groupement commun commune ensemble partenaire associe associes allies tandem duo \
         alliance deux",
    ),
    (
        Cue::Company,
        "groupe entreprise societe filiale compagnie firme equipementier constructeur operateur \
         industriel fabricant multinationale geant specialiste cooperative enseigne exploitant holding \
         elle il promoteur editeur sous investisseur transporteur logisticien maison start startup \
         fournisseur producteur negociant hotelier chaine",
    ),
];

/// Stem → cue.
static TABLE: LazyLock<BTreeMap<&'static str, Cue>> = LazyLock::new(|| {
    let mut table = BTreeMap::new();
    for &(cue, stems) in STEMS {
        for stem in stems.split_whitespace() {
            table.entry(stem).or_insert(cue);
        }
    }
    table
});

/// What a folded word says, if anything.
pub(super) fn cue(word: &str) -> Option<Cue> {
    // Short stems are whole words: `va`, `il`.
    TABLE.get(word).copied().or_else(|| {
        let mut ends = word.char_indices().map(|(i, _)| i).rev().take_while(|&i| i > 4);
        ends.find_map(|i| TABLE.get(&word[..i]).copied())
    })
}

/// What a total adds up: *quatre mémorandums*, *treize groupes*.
pub(super) fn is_agreement(word: &str) -> bool {
    const STEMS: &[&str] = &[
        "projet",
        "accord",
        "convention",
        "memorandum",
        "protocole",
        "entreprise",
        "groupe",
        "societe",
        "investisseur",
        "operateur",
        "contrat",
        "dossier",
        "usine",
        "partenaire",
        "industriel",
        "unite",
        "equipementier",
        "entente",
        "signataire",
        "implantation",
    ];
    word.ends_with('s') && STEMS.iter().any(|s| word.starts_with(s))
}

/// Which of several the word points at: *la première* is 0, *la seconde* 1.
pub(super) fn ordinal(word: &str) -> Option<usize> {
    match word {
        "premier" | "premiere" | "un" | "une" => Some(0),
        "second" | "seconde" | "deuxieme" | "autre" => Some(1),
        "troisieme" => Some(2),
        _ => None,
    }
}

/// When a verb places what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tense {
    /// *créera*, *va créer*, *prévoit de créer*, *créerait*.
    Future,
    /// *a créé*, *ont été créés*.
    Past,
    /// *devait créer*, *avait promis*: often what did not come.
    Imperfect,
    /// Anything else.
    Other,
}

/// Words that make a participle past.
const AUXILIARIES: &[&str] = &[
    "a", "ont", "ai", "avons", "ete", "deja", "avoir", "permis", "vient", "viennent", "est", "sont", "fut",
];
/// Words that put an infinitive ahead.
const AHEAD: &[&str] = &[
    "va",
    "vont",
    "allons",
    "doit",
    "doivent",
    "veut",
    "veulent",
    "voulons",
    "compte",
    "comptent",
    "comptons",
    "prevoit",
    "prevoient",
    "prevoyons",
    "entend",
    "entendent",
    "envisage",
    "devrait",
    "devraient",
    "pourrait",
    "souhaite",
    "promet",
    "ambitionne",
    "espere",
    "projette",
    "engage",
    "engageant",
    "sera",
    "seront",
    "seraient",
    "serait",
    "pour",
    "a",
    "dit",
];

/// The tense of the word at the end of `before` + `word`.
pub(super) fn tense<'w>(word: &str, mut before: impl Iterator<Item = &'w str>) -> Tense {
    let long = word.len() > 4;
    if long
        && (word.ends_with("ra")
            || word.ends_with("ront")
            || word.ends_with("rons")
            || word.ends_with("rait")
            || word.ends_with("raient"))
    {
        return Tense::Future;
    }
    if long && (word.ends_with("ait") || word.ends_with("aient")) {
        return Tense::Imperfect;
    }
    let infinitive = word.ends_with("er") || word.ends_with("ir") || word.ends_with("re");
    let participle = [
        "e", "es", "ee", "ees", "i", "is", "ie", "ies", "u", "us", "ue", "ues", "it", "ert", "erts",
    ]
    .iter()
    .any(|end| word.ends_with(end));
    if infinitive && before.any(|w| AHEAD.contains(&w)) {
        Tense::Future
    } else if participle && !infinitive {
        let mut seen: Vec<&str> = before.collect();
        seen.truncate(3);
        if seen
            .iter()
            .any(|w| matches!(*w, "seront" | "sera" | "seraient" | "serait" | "etre" | "devrait"))
        {
            Tense::Future
        } else if seen
            .iter()
            .any(|w| matches!(*w, "avait" | "avaient" | "etait" | "etaient"))
        {
            Tense::Imperfect
        } else if seen.iter().any(|w| AUXILIARIES.contains(w)) {
            Tense::Past
        } else {
            Tense::Other
        }
    } else {
        Tense::Other
    }
}

/// How a cue weighs on the question "is this figure a commitment".
pub(super) fn polarity(cue: Cue) -> i32 {
    match cue {
        Cue::Create | Cue::Invest | Cue::Plan | Cue::Project | Cue::Announce | Cue::Cancel => 1,
        Cue::Layoff
        | Cue::Headcount
        | Cue::Turnover
        | Cue::Loan
        | Cue::Raise
        | Cue::Acquire
        | Cue::Fine
        | Cue::Subsidy
        | Cue::Trade
        | Cue::Price
        | Cue::Sector => -1,
        _ => 0,
    }
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
