import type { AlertCatalogue } from './alerts-en.ts'

export const alertsDe: AlertCatalogue = {
  kinds: {
    look_alike_blacklisted: 'Sieht aus wie ein gesperrtes Kennzeichen',
    exit_without_session: 'Ausfahrt ohne Einfahrt',
    session_needs_review: 'Ein Aufenthalt ist zu prüfen',
    tailgated: 'Ein Fahrzeug fuhr hinter einem anderen durch',
    decided_in_fallback: 'Im Notbetrieb entschieden',
    refund_during_stay: 'Erstattet, während das Fahrzeug drinnen ist',
    refund_exceeds_payment: 'Mehr erstattet als bezahlt',
    payment_disputed: 'Eine Zahlung wird bestritten',
    camera_clock_jumped: 'Die Uhr einer Kamera ist gesprungen',
    review_timed_out: 'Hinausgelassen, weil niemand geprüft hat',
    mirror_document_stuck: 'Ein Dokument der Anzeige hängt',
    payment_parked: 'Geld, das zu nichts Bekanntem gehört',
    payment_surplus: 'Mehr bezahlt als geschuldet',
    payment_late: 'Spät von einer Zahlung erfahren',
    provider_call_refused: 'Vom Zahlungsdienst abgelehnt',
  },
  advice: {
    look_alike_blacklisted: 'Vergleichen Sie die Kennzeichen. Gesperrt wird nur das genaue.',
    exit_without_session:
      'Finden Sie heraus, wann es kam; bei falscher Lesung das Kennzeichen des übrigen Aufenthalts berichtigen.',
    session_needs_review: 'Öffnen Sie den Aufenthalt, sehen Sie den Verlauf an, dann berichtigen oder beenden.',
    tailgated: 'Suchen Sie ein Fahrzeug drinnen ohne Einfahrt.',
    decided_in_fallback: 'Prüfen Sie, wer ohne Zahlung hinausfuhr.',
    refund_during_stay:
      'Die Ausfahrt verlangt wieder Geld. Erlassen Sie es, wenn die Erstattung endgültig sein sollte.',
    refund_exceeds_payment: 'Prüfen Sie die Erstattungen beim Zahlungsdienst.',
    payment_disputed: 'Beantworten Sie den Streitfall beim Zahlungsdienst.',
    camera_clock_jumped: 'Stellen Sie die Uhr der Kamera richtig, oder bestätigen Sie, dass sie so zählt.',
    review_timed_out: 'Sehen Sie den Aufenthalt an: Was er schuldet, wurde nicht eingezogen.',
    mirror_document_stuck:
      'Das Protokoll des Relays sagt, warum. Die Meldung erledigt sich, sobald das Dokument ankommt.',
    payment_parked: 'Ordnen Sie es unter „Zahlungen“, „Ohne Zuordnung“ zu, oder legen Sie es ab.',
    payment_surplus:
      'Es geht zurück oder bleibt für den nächsten Aufenthalt, je nach Einstellung des Parkplatzes. Ist eine Erstattung gescheitert: beim Anbieter erstatten.',
    payment_late: 'Das Auto wurde trotzdem hinausgelassen. Prüfen Sie, wie lange Meldungen brauchen.',
    provider_call_refused: 'Erledigen Sie es beim Zahlungsdienst selbst.',
  },
  clock: {
    confirm: 'Uhr bestätigen',
    title: 'Uhr der Kamera bestätigen',
    text: 'Geht die Kamera falsch, stellen Sie sie richtig: Die Meldung geht dann von selbst. Sonst zählt das Alter von Lesungen ab jetzt gegen ihre Uhr, wie sie geht.',
    shows: (camera, ours) => `Die Kamera zeigt ${camera}, und es ist ${ours}.`,
    steady: 'Ihre Uhr ist zurückgegangen: Es gibt nichts zu bestätigen.',
  },
}
