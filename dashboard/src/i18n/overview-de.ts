import type { OverviewCatalogue } from './overview-en.ts'

const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`

export const overviewDe: OverviewCatalogue = {
  title: 'Übersicht',
  inside: 'drinnen',
  free: (count) => `${count} frei`,
  summary: (sites, needing) =>
    `${many(sites, 'Parkplatz', 'Parkplätze')}, ${needing === 0 ? 'nichts verlangt Aufmerksamkeit' : `${needing} ${needing === 1 ? 'verlangt' : 'verlangen'} Aufmerksamkeit`}`,
  today: 'heute',
  entries: 'Einfahrten',
  exits: 'Ausfahrten',
  denials: 'Abgelehnt',
  revenue: 'Einnahmen',
  alerts: (count) => many(count, 'offene Meldung', 'offene Meldungen'),
  heldOpen: (count) => many(count, 'Spur offen gehalten', 'Spuren offen gehalten'),
  blocked: (count) => many(count, 'Spur gesperrt', 'Spuren gesperrt'),
  fallback: (count) => many(count, 'Spur im Notbetrieb', 'Spuren im Notbetrieb'),
  fault: (count) => many(count, 'Schranke gestört', 'Schranken gestört'),
  waiting: (count) => many(count, 'Fahrzeug wartet auf Zahlung', 'Fahrzeuge warten auf Zahlung'),
  calm: 'Alle Spuren normal',
  chart: (most) => `Fahrzeuge drinnen heute, höchstens ${most}`,
  noReports: 'Die Zahlen von heute konnten nicht geladen werden.',
}
