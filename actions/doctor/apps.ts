import { coversPermission, showPermissions } from '../../shared/foundation/permissions.js'
import { checkSetting, type Seen, type SettingCheck, type Wrong } from './check.js'
import type { AppInstallation, AppName, DoctorFacts, Self } from './facts.js'
import { appPermissions, neededBy } from './permissions.js'

/** Both Apps: installed, the ones that the policy names, with neither too little nor too much. */
export const appChecks = ({ installations, policy, selves, upstreams }: DoctorFacts): SettingCheck[] =>
  installations.map(({ app, repo, found }) => {
    const judged = { app, repo, id: policy.apps[app].id, self: selves[app], team: 'team' in policy.operators }
    const isGuest = app === 'bump' && upstreams.some((upstream) => upstream.repo === repo)
    return checkSetting(
      `The ${app} App on ${repo}`,
      found,
      `In the App's settings, compare Permissions & events with the table in step 2 of docs/adopting.md, and check Install App for ${repo}.`,
      (installed) => (isGuest && !installed ? notUpstream(repo) : judge(judged, installed)),
    )
  })

// A26
const notUpstream = (repo: string): Wrong => ({
  finding: 'bump-app-not-upstream',
  wrong:
    'It is not installed there: the checks of a revert pull request (policy: "revert: pr") wait until somebody approves their runs.',
  fix: `The App's settings, Install App: add ${repo}. Not needed if somebody approves those runs.`,
})

interface Judged {
  app: AppName
  repo: string
  id: number
  self: Seen<Self | 'refused'>
  /** Whether the operators are a team. */
  team: boolean
}

function judge(judged: Judged, installed: AppInstallation | 'refused' | undefined): string | Wrong {
  const { app, repo, id } = judged
  if (!installed)
    return {
      finding: 'app-not-installed',
      wrong: 'It is not installed there.',
      fix: `The App's settings, Install App: add ${repo}.`,
    }
  if (installed === 'refused')
    return {
      finding: 'app-key-refused',
      wrong: `GitHub does not accept the key for the App ${id}, which the policy names.`,
      fix: `Correct "apps.${app}.id" in the policy, or store a key of the App ${id} in the environment "lockstep".`,
    }
  if (installed.suspended)
    return {
      finding: 'app-suspended',
      wrong: 'Its installation is suspended.',
      fix: `An owner opens ${installed.url} and presses "Unsuspend".`,
    }
  return tooLittle(judged, installed) ?? tooMuch(judged, installed) ?? 'It has exactly the permissions that it needs.'
}

function tooLittle({ app, self, team }: Judged, { permissions, url }: AppInstallation): Wrong | undefined {
  const less = Object.entries(neededBy(app, team)).filter(
    ([name, level]) => !coversPermission(permissions[name], level),
  )
  if (less.length === 0) return undefined
  const asks = askedBy(self)
  const unasked = asks === undefined ? less : less.filter(([name, level]) => !coversPermission(asks[name], level))
  return unasked.length === 0
    ? {
        finding: 'permission-not-accepted',
        wrong: `It lacks ${showPermissions(less)}: the App requests it, but no owner has accepted it yet.`,
        fix: `An owner accepts it: ${url}, "Review request".`,
      }
    : {
        finding: 'app-lacks-permission',
        wrong: `It lacks ${showPermissions(less)}.`,
        fix: `The App's settings, Permissions & events: add ${showPermissions(unasked)}; then an owner accepts it: ${url}.`,
      }
}

function tooMuch({ app, self }: Judged, { permissions }: AppInstallation): Wrong | undefined {
  const unneeded = (has: Record<string, string>): [string, string][] =>
    Object.entries(has).filter(
      ([name, level]) => name !== 'metadata' && !coversPermission(appPermissions[app][name], level),
    )
  const [more, asked] = [unneeded(permissions), unneeded(askedBy(self) ?? {})]
  if (more.length > 0)
    return {
      finding: 'app-may-too-much',
      wrong: `It has more permissions than it needs: ${showPermissions(more)}.`,
      fix: `The App's settings, Permissions & events: remove ${showPermissions(more)}.`,
    }
  if (asked.length === 0) return undefined
  return {
    finding: 'app-asks-too-much',
    wrong: `The App requests more permissions than it needs: ${showPermissions(asked)}. Nobody has accepted them yet.`,
    fix: `Do not accept them. The App's settings, Permissions & events: remove ${showPermissions(asked)}.`,
  }
}

const askedBy = (self: Seen<Self | 'refused'>): Record<string, string> | undefined =>
  'value' in self && self.value !== 'refused' ? self.value.permissions : undefined
