import { type Answer, judge, type Verdict } from './judge.js'
import type { Probe } from './probe.js'
import type { ProbeSession } from './session.js'

/** Asks one row after the other, so that no answer disturbs another's; one that fails ends none. */
export async function askAll(
  probes: readonly Probe[],
  session: ProbeSession,
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
      : await Promise.race([answerOf(probe, session), stop])
    const verdict = judge(probe, answer)
    verdicts.push(verdict)
    say(`${index + 1}/${probes.length} ${probe.row} ${verdict.kind}: ${verdict.told}`)
  }
  return verdicts
}

async function answerOf(probe: Probe, session: ProbeSession): Promise<Answer> {
  try {
    return { seen: await probe.ask(session) }
  } catch (error) {
    return { unsettled: error instanceof Error ? error.message : String(error) }
  }
}
