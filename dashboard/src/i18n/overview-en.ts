import type { Widened } from './en.ts'

/** What the overview says: apart from the rest, so that only it loads it. */
export type OverviewCatalogue = Widened<typeof overviewEn>

export const overviewEn = {
  title: 'Overview',
  inside: 'inside',
  free: (count: string) => `${count} free`,
  summary: (sites: number, needing: number) =>
    `${sites === 1 ? '1 site' : `${sites} sites`}, ${needing === 0 ? 'nothing needs attention' : `${needing === 1 ? '1 needs' : `${needing} need`} attention`}`,
  today: 'today',
  entries: 'Entries',
  exits: 'Exits',
  denials: 'Denied',
  revenue: 'Revenue',
  alerts: (count: number) => (count === 1 ? '1 open alert' : `${count} open alerts`),
  heldOpen: (count: number) => (count === 1 ? '1 lane held open' : `${count} lanes held open`),
  blocked: (count: number) => (count === 1 ? '1 lane blocked' : `${count} lanes blocked`),
  fallback: (count: number) => (count === 1 ? '1 lane in fallback' : `${count} lanes in fallback`),
  fault: (count: number) => (count === 1 ? '1 barrier at fault' : `${count} barriers at fault`),
  waiting: (count: number) => (count === 1 ? '1 car waits to pay' : `${count} cars wait to pay`),
  calm: 'All lanes normal',
  chart: (most: number) => `Vehicles inside today, at most ${most}`,
  noReports: 'Figures of today could not be loaded.',
}
