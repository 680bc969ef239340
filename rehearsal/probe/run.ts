import { type Answer, judge, type Verdict } from './judge.js'
import type { Probe } from './probe.js'
import type { World } from './world.js'

/** Asks one row after the other, so that no answer disturbs another's; one that fails ends none. */
export async function askAll(
  probes: readonly Probe[],
  world: World,
  { say, stopped }: { say(line: string): void; stopped: AbortSignal },
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  // Whoever presses Ctrl-C does not wait for the answer to the row.
  const stop = new Promise<Answer>((done) =>
    stopped.addEventListener('abort', () => done({ unsettled: 'The probe was stopped.' }), { once: true }),
  )
  for (const [index, probe] of probes.entries()) {
    say(`${index + 1}/${probes.length} ${probe.row} ...`)
    const answer = stopped.aborted
      ? { unsettled: 'The probe was stopped.' }
      : await Promise.race([answerOf(probe, world), stop])
    const verdict = judge(probe, answer)
    verdicts.push(verdict)
    say(`${index + 1}/${probes.length} ${probe.row} ${verdict.kind}: ${verdict.told}`)
  }
  return verdicts
}

async function answerOf(probe: Probe, world: World): Promise<Answer> {
  try {
    return { seen: await probe.ask(world) }
  } catch (error) {
    return { unsettled: error instanceof Error ? error.message : String(error) }
  }
}
