import type { Runtime } from '../../shared/action/runtime.js'
import { checkSetting, type Seen, type SettingCheck } from './check.js'
import type { AppName, DoctorFacts } from './facts.js'

/** What the web side may take for its answer, in milliseconds. */
const patience = 20_000

/**
 * Whether people can sign in to an App from a device. No API tells it. The web side does, to anybody and before anybody has signed in
 * (P15): where it is off it answers `device_flow_disabled`, where it is on with a code that nobody enters, and that ends by itself
 * within a quarter of an hour. The code is not read further.
 */
export async function deviceFlow(
  { http, run }: Pick<Runtime, 'http' | 'run'>,
  clientId: string | undefined,
): Promise<Seen<'on' | 'off'>> {
  if (clientId === undefined) return { unseen: 'GitHub did not return the client id of the App.' }
  try {
    const response = await http(`${run.serverUrl}/login/device/code`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'lockstep' },
      body: JSON.stringify({ client_id: clientId }),
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    })
    const told: unknown = await response.json()
    if (told !== null && typeof told === 'object') {
      if ('error' in told && told.error === 'device_flow_disabled') return { value: 'off' }
      if ('device_code' in told) return { value: 'on' }
    }
    return { unseen: `GitHub answered ${response.status}, which does not tell.` }
  } catch {
    return { unseen: 'GitHub did not answer.' }
  }
}

export const deviceFlowChecks = ({ deviceFlows }: DoctorFacts): SettingCheck[] =>
  (['gate', 'bump'] as const satisfies AppName[]).map((app) =>
    checkSetting(
      `The device flow of the ${app} App is off`,
      deviceFlows[app],
      'Check the App\'s settings, General: "Enable Device Flow" must be off.',
      (flow) =>
        flow === 'off'
          ? 'Nobody can sign in to it from a device.'
          : {
              finding: 'device-flow-on',
              wrong:
                'The device flow is on: anybody can ask people to sign in to the App, and their actions then carry its name.',
              fix: 'The App\'s settings, General, "Identifying and authorizing users": untick "Enable Device Flow".',
            },
    ),
  )
