"""The words of six languages that say that there is nothing, and those that stand around a case number.

The languages are those in which the customer is asked (`shared/api/texts`).
"""

from __future__ import annotations

NOTHING = {
    "programs": """null; nil; none; undefined; nan; n/a; na; not available; not applicable; void; empty; blank; tbd;
        tba; tbc; todo; to be determined; to be defined; object object; value; ref; name; string; default; missing; x;
        xx; xxx; not set; not specified; not provided; not given; not found; no data; no value; no input; no answer;
        unspecified; unset""",
    "channels": """anonymous; anonym; anonymous caller; anonymous user; private; private number; private caller;
        restricted; withheld; number withheld; unavailable; unknown; unknown caller; unknown number; unknown name;
        blocked; hidden; hidden number; out of area; no caller id; caller id blocked; no number; id withheld;
        suppressed; invalid; guest; visitor; user; customer""",
    "en": """no; nope; nah; none; nothing; never; skip; skipped; pass; later; next; no thanks; no thank you; no idea;
        i have none; i don't have one; i don't have any; i don't have it; i do not have one; don't have one; dont have;
        i dont have one; don't have; i don't know; idk; dunno; don't know; not sure; i forgot; can't remember; i'd
        rather not say; i would rather not say; rather not say; prefer not to say; i prefer not to; decline;
        declined; refused; no comment; none of your business; no email; no e-mail; no mail; no phone; no phone number;
        no name; no case; no case number; no ticket; no ticket number; without; not yet""",
    "de": """nein; nö; ne; keine; keiner; keins; keines; kein; nichts; nix; unbekannt; anonym; unterdrückt; keine
        angabe; keine angaben; k. a.; ka; habe ich nicht; hab ich nicht; habe keine; hab keine; weiß ich nicht; weiss
        ich nicht; weiß nicht; keine ahnung; später; überspringen; weiter; entfällt; ohne; nicht vorhanden; nicht
        bekannt; keine e-mail; keine email; keine mail; kein telefon; keine nummer; kein name; keine rufnummer; möchte
        ich nicht sagen; sag ich nicht; nein danke; gibt es nicht""",
    "fr": """non; aucun; aucune; rien; néant; inconnu; inconnue; anonyme; masqué; numéro masqué; privé; sans; sans
        objet; s. o.; je ne sais pas; je sais pas; sais pas; aucune idée; je n'en ai pas; j'en ai pas; je n'ai pas; pas
        de; pas d'adresse; pas d'e-mail; pas de mail; pas de téléphone; pas de numéro; pas de nom; passer; ignorer;
        plus tard; non merci; non renseigné; non communiqué; je préfère ne pas le dire""",
    "es": """no; quiero ser anónimo; quiero ser anónima; quiero permanecer anónimo; quiero permanecer anónima; prefiero
        ser anónimo; ninguno; ninguna; ningún; nada; desconocido; desconocida; anónimo; anónima; oculto; número oculto;
        privado; sin; no sé; no lo sé; no tengo; no la sé; no lo tengo; no recuerdo; ni idea; no aplica; no disponible;
        sin correo; sin teléfono; sin número; sin nombre; no tengo correo; no tengo teléfono; no tengo número; omitir;
        saltar; más tarde; no gracias; prefiero no decirlo""",
    "pt": """não; nao; nenhum; nenhuma; nada; desconhecido; desconhecida; anônimo; anónimo; oculto; privado; sem; não
        sei; nao sei; não tenho; nao tenho; não lembro; não me lembro; não se aplica; não disponível; não informado;
        sem e-mail; sem email; sem telefone; sem número; sem nome; pular; saltar; mais tarde; não obrigado; não
        obrigada; prefiro não dizer; prefiro não informar""",
    "ja": """なし; 無し; ない; 無い; ナシ; いいえ; 不明; 未定; 未設定; 未入力; 該当なし; 非通知; 匿名; 匿名希望;
        ありません; ないです; わかりません; 分かりません; わからない; 分からない; 知りません; 知らない; 覚えていません;
        持っていません; 持ってません;
        スキップ; 後で; あとで; 言いたくない; 言いたくありません; 教えたくない; 教えたくありません; 名無し; 名前なし""",
}
"""Whole texts that say that there is nothing; capitals and punctuation do not count."""

REFUSALS = {
    "en": r"i (?:do not|dont|don t|did not|didn t|have no|haven t|have not|can t|cannot|could not|couldn t|never|"
    r"won t|will not|would rather|d rather|d prefer|prefer not|would prefer|forgot|lost)\b|(?:there is|there s) no\b|"
    r"(?:do not|dont|don t) (?:have|know|remember|want)\b|(?:rather|prefer) not\b|"
    r"i .*\banonymous$|"
    r"not (?:sure|yet|known|that i know|going to tell)\b",
    "de": r"ich (?:habe?|hätte|weiß|weiss|finde|kenne|möchte|will|kann|erinnere)\b.*\b(?:kein\w*|nicht)\b|"
    r"(?:habe?|weiß|weiss|möchte|finde|kenne) (?:ich )?(?:kein\w*|nicht|das nicht|die nicht|sie nicht)\b|"
    r"es gibt kein\w*|ich .*\banonym\b",
    "fr": r"(?:je|j) (?:ne|n|en|préfère ne|préfère pas|sais pas|ai (?:pas|perdu|oublié))\b|il n y a\b|je .*\banonyme$",
    "es": r"(?:yo )?no (?:lo |la |me |te |se )?(?:tengo|sé|recuerdo|acuerdo|quiero|encuentro|dispongo|hay|existe)\b|"
    r"prefiero (?:no|ser|permanecer)\b|olvidé\b",
    "pt": r"(?:eu )?n[ãa]o (?:o |a |me |te |se )?(?:tenho|sei|lembro|quero|encontro|encontrei|há|existe)\b|"
    r"prefiro (?:n[ãa]o|ser|ficar|permanecer)\b|esqueci\b",
}
"""How sentences begin that refuse an answer; no name begins so."""

REFUSALS_JA = (
    r"(?:ありません|ないです|ございません|(?:わか|分か|判)り(?:ません|ませんでした)|(?:わから|分から)ない|"
    r"持って(?:い)?(?:ない|ません)|(?:教え|言い|答え)たく(?:ない|ありません)|覚えて(?:い)?(?:ない|ません)|忘れました)"
)

BARE = (
    r"(?:no|nope|none|nothing|without|not|never|nein|kein\w*|nichts|ohne|non|aucun\w*|pas|sans|rien|ningun[oa]?|"
    r"ningún|nada|sin|não|nao|nenhum\w*|sem)\b"
)
"""Words that begin a refusal where a number is asked for. A name may begin with them (Nada Haddad)."""

NOUNS = {
    "en": "case ticket incident request reference ref complaint claim issue file service support",
    "de": "fall vorgang vorgangs ticket anfrage aktenzeichen az akte referenz störung auftrag fallnummer fallnr "
    "vorgangsnummer vorgangsnr ticketnummer ticketnr referenznummer bearbeitungsnummer störungsnummer auftragsnummer "
    "aktennummer servicenummer anfragenummer kennung",
    "fr": "cas dossier ticket demande incident référence réf réclamation",
    "es": "caso expediente ticket incidencia incidente solicitud referencia reclamación reclamo folio radicado",
    "pt": "caso chamado protocolo processo ticket incidente solicitação pedido referência atendimento ocorrência",
    "ja": "ケース 案件 チケット お問い合わせ 問い合わせ 問合せ お問合せ 受付 照会 管理 整理 伝票 依頼",
}
"""What a case is called; German joins it to the number's word."""

NUMBER = (
    "number numbers num no nr id code nummer nummern numéro numero num núm número n nº n° n.º no.º № 番号 "
    "ナンバー código identifiant kennnummer"
)
"""What a number is called."""

SMALL = {
    "en": "my the our this that a an is was it it's its here here's for of with i think believe yes ok okay sure hi "
    "hello hey and so says be should please",
    "de": "mein meine meiner der die das ist lautet war es hier unter ja ich glaube hallo guten tag und bitte für zu",
    "fr": "mon ma le la les l du de d est c'est voici oui bonjour je crois que pour s'il vous plaît",
    "es": "mi el la los del de es sí aquí hola creo que está para tu su",
    "pt": "meu minha o a do da de é está sim aqui olá acho que para seu",
    "ja": "は が の です",
}
"""Small words before a number."""

AFTER = (
    "please thanks thank you thx cheers bitte danke dankeschön merci gracias por favor obrigado obrigada です "
    "でした になります と思います sir madam sehr vielen dank beaucoup muchas muito"
)
"""Words behind a number."""
