import { readdirSync, readFileSync } from 'node:fs'

/** Processor time in seconds, from `/proc`: of each process we watch, and of the whole machine while it was not idle. */
export type CpuTime = { server: number; postgres: number; driver: number; machine: number }
export type Watched = { serverPid: number | null; postgresPid: number; driverPid: number }

/** What Linux counts in; the same on every build of it for the processors that Postgres and Node come for. */
const ticksPerSecond = 100

/** Postgres is all its processes: connections, those in the background, and the connections that have ended. */
export function readCpuTime({ serverPid, postgresPid, driverPid }: Watched): CpuTime {
  let postgres = timeOf(postgresPid)!.withEnded
  for (const name of readdirSync('/proc')) {
    const time = /^\d+$/.test(name) ? timeOf(Number(name)) : undefined
    if (time?.parent === postgresPid) postgres += time.own
  }
  return {
    server: serverPid === null ? 0 : timeOf(serverPid)!.own,
    postgres,
    driver: timeOf(driverPid)!.own,
    machine: machineTime(),
  }
}

export function cpuBetween(before: CpuTime, after: CpuTime): CpuTime {
  return {
    server: after.server - before.server,
    postgres: after.postgres - before.postgres,
    driver: after.driver - before.driver,
    machine: after.machine - before.machine,
  }
}

/** The share of the machine's `cores` that went to none of ours in `seconds`. */
export function shareOfOthers({ server, postgres, driver, machine }: CpuTime, seconds: number, cores: number): number {
  return Math.max(0, machine - server - postgres - driver) / (seconds * cores)
}

/** Fields 4 and 14 to 17 of proc_pid_stat(5); undefined when the process has ended. */
function timeOf(pid: number): { parent: number; own: number; withEnded: number } | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) / ticksPerSecond)
  const own = user! + system!
  return { parent: Number(fields[1]), own, withEnded: own + endedUser! + endedSystem! }
}

function machineTime(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0]!
  const [user, nice, system, , , irq, softirq] = line.split(/\s+/).slice(1).map(Number)
  return (user! + nice! + system! + irq! + softirq!) / ticksPerSecond
}
