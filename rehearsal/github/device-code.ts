import { randomToken } from './accounts.js'
import { clientId } from './rest/shapes.js'
import type { State } from './state.js'

/**
 * What the web side answers to a device that wants to sign somebody in to an App (P15). Of a device that is let, nobody here ever enters
 * the code.
 */
export function deviceCode(state: State, asked: { client_id?: unknown }): { status: 200 | 400 | 404; body: object } {
  const app = [...state.apps.values()].find(({ id }) => clientId(id) === asked.client_id)
  if (!app) return { status: 404, body: { error: 'Not Found' } }
  if (app.deviceFlow !== true) {
    const error_description = 'Device Flow must be explicitly enabled for this App'
    return {
      status: 400,
      body: { error: 'device_flow_disabled', error_description, error_uri: 'https://docs.github.com' },
    }
  }
  const body = {
    device_code: randomToken('device'),
    user_code: 'WDJB-MJHT',
    verification_uri: `${state.url}/login/device`,
    expires_in: 900,
    interval: 5,
  }
  return { status: 200, body }
}
