import type { ReasonCode } from '@turnpike/contracts/decision.ts'

/** The rule that decided, as a German sentence. The English one comes from the API, which also prints it elsewhere. */
export const whyDe: Record<ReasonCode, string> = {
  subscription: 'Ein Abo gilt für das Fahrzeug.',
  transient_entry: 'Der Parkplatz lässt unbekannte Fahrzeuge ein; sie bezahlen, bevor sie ausfahren.',
  pool_overflow: 'Die Plätze des Abos sind belegt, und sein Angebot lässt das Fahrzeug als zahlendes ein.',
  already_inside_flagged: 'Das Fahrzeug ist schon drin; der Parkplatz lässt es ein und den alten Aufenthalt prüfen.',
  prepaid: 'Das Fahrzeug hat für diese Einfahrt bezahlt.',
  held_open: 'Die Schranke wird offen gehalten: alle fahren durch.',
  free_period: 'Der Aufenthalt kostet bisher nichts.',
  nothing_owed: 'Was der Aufenthalt kostet, ist bezahlt, oder nichts sagt, was er kostet.',
  paid: 'Der Aufenthalt ist bezahlt, und die Zeit zum Ausfahren ist nicht vorbei.',
  exit_without_session:
    'Von diesem Fahrzeug ist keine Einfahrt bekannt, und der Parkplatz lässt solche Fahrzeuge hinaus.',
  prepay_required: 'Der Parkplatz verlangt die Zahlung vor der Einfahrt.',
  payment_due: 'Der Aufenthalt kostet mehr, als bezahlt wurde.',
  review_required:
    'Der Aufenthalt kostet mehr, als plausibel ist, oder seine Ausfahrt wurde wohl verpasst: jemand muss nachsehen.',
  review_timed_out:
    'Niemand hat nach dem Aufenthalt gesehen, solange der Parkplatz ein Auto warten lässt: es fährt aus und wird später abgerechnet.',
  blacklisted: 'Das Fahrzeug ist hier gesperrt.',
  gate_blocked: 'Die Spur ist gesperrt.',
  already_inside: 'Das Fahrzeug ist schon drin, und der Parkplatz lässt es nicht zweimal ein.',
  pool_exhausted: 'Die Plätze des Abos sind belegt, und sein Angebot lässt kein weiteres Fahrzeug ein.',
  site_full: 'Alle Plätze sind belegt.',
  not_subscribed: 'Der Parkplatz ist für Abos, und dieses Fahrzeug hat keines, das hier und jetzt gilt.',
  no_session: 'Von diesem Fahrzeug ist keine Einfahrt bekannt, und der Parkplatz lässt solche Fahrzeuge nicht hinaus.',
  read_too_old: 'Die Lesung kam zu spät, um etwas zu entscheiden: sie ist Vergangenheit.',
  awaiting_better_read:
    'Die Kamera zweifelt an dem, was sie gelesen hat: eine bessere Lesung entscheidet, oder die Regel der Spur.',
  fallback_open: 'Die Regeln konnten nicht entscheiden, und die Spur soll dann öffnen.',
  fallback_allow_list:
    'Die Regeln konnten nicht entscheiden, und das Fahrzeug ist eines, für das die Spur trotzdem öffnet.',
  fallback_closed: 'Die Regeln konnten nicht entscheiden, und die Spur öffnet dann für dieses Fahrzeug nicht.',
}
