import type { Permissions } from '../foundation/permissions.js'
import type { ActionName } from '../foundation/result.js'

/** One token that a mode works with. */
export interface TokenUse {
  /** Whose it is: the job's own (`github.token`), or an App's, which the action mints from `app-id` and `app-key`. */
  of: 'job' | 'gate' | 'bump'
  /** The repositories it is for; default: the workflow's own. */
  on?: 'deploy-repo' | 'upstream'
  permissions: Permissions
  /** Further ones, which an App's token has where the App has them. */
  optional?: Permissions
  /** Where the App is not installed, or no token is given, the mode does what it can without. */
  dispensable?: true
}

/** By the input that takes the token, where somebody has a ready one. */
export type TokenUses = Readonly<Record<string, TokenUse>>

const team = { members: 'read' } as const

const deployJob: TokenUse = {
  of: 'job',
  permissions: {
    actions: 'read',
    checks: 'read',
    contents: 'read',
    deployments: 'read',
    issues: 'read',
    pull_requests: 'read',
  },
}

const readUpstream: TokenUse = {
  of: 'job',
  on: 'upstream',
  permissions: { contents: 'read', pull_requests: 'read' },
  dispensable: true,
}

const bumpThere = (issues: 'read' | 'write'): TokenUse => ({
  of: 'bump',
  on: 'deploy-repo',
  permissions: { contents: 'write', issues, pull_requests: 'write' },
  optional: { deployments: 'read' },
})

const rollbackJob: TokenUse = {
  of: 'job',
  permissions: { actions: 'read', contents: 'read', deployments: 'read' },
}

const revertHere: TokenUse = {
  of: 'gate',
  permissions: { checks: 'read', contents: 'write', deployments: 'read', issues: 'write', pull_requests: 'write' },
}

const tellUpstream: TokenUse = {
  of: 'gate',
  on: 'upstream',
  permissions: { contents: 'read', issues: 'write', pull_requests: 'read' },
  dispensable: true,
}

const gateHere: TokenUse = {
  of: 'gate',
  permissions: {
    checks: 'write',
    contents: 'read',
    deployments: 'write',
    issues: 'write',
    pull_requests: 'write',
  },
  optional: { contents: 'write', ...team },
}

const changeHere: TokenUse = {
  of: 'gate',
  permissions: { contents: 'read', deployments: 'write', issues: 'write' },
  optional: { checks: 'read', pull_requests: 'read', ...team },
}

const starter: TokenUse = { of: 'job', permissions: { actions: 'write' } }

/**
 * What every mode of every action needs on GitHub, and no more: the one declaration from which the actions mint their tokens, the
 * doctor checks the Apps, and the tables of permissions are made.
 */
export const tokenUses = {
  'open-bump-pr': {
    open: { token: bumpThere('read'), 'upstream-token': readUpstream },
    reconcile: { token: bumpThere('write'), 'upstream-token': readUpstream },
  },
  'infra-change-gate': {
    check: { token: gateHere, 'upstream-token': readUpstream },
    'approve-commit': {
      token: {
        of: 'gate',
        permissions: { checks: 'write', contents: 'read', issues: 'write', pull_requests: 'read' },
        optional: team,
      },
    },
    'start-staging-trial': { token: starter },
    reconcile: {
      token: gateHere,
      'actions-token': { ...starter, dispensable: true },
      'upstream-token': readUpstream,
    },
  },
  'helm-deploy': {
    plan: {
      token: {
        of: 'job',
        permissions: { checks: 'read', contents: 'read', deployments: 'read', issues: 'read', pull_requests: 'read' },
        optional: { pull_requests: 'write' },
      },
      'upstream-token': readUpstream,
    },
    'report-unreviewed': {
      token: {
        of: 'gate',
        permissions: { checks: 'read', contents: 'read', deployments: 'read', issues: 'write', pull_requests: 'read' },
      },
      'upstream-token': readUpstream,
    },
    deploy: { token: deployJob },
    record: { token: { of: 'gate', permissions: { deployments: 'write' } } },
    'approve-adoption': { token: { of: 'gate', permissions: { deployments: 'write' }, optional: team } },
    adopt: { token: deployJob },
    'dry-run': { token: { of: 'job', permissions: { contents: 'read' } } },
    'preempt-staging-trial': { token: starter },
    'plan-staging-trial': {
      token: {
        of: 'gate',
        permissions: { contents: 'read', deployments: 'read', pull_requests: 'read' },
        optional: team,
      },
    },
    'staging-trial': {
      token: {
        of: 'job',
        permissions: { actions: 'read', contents: 'read', deployments: 'read', issues: 'read' },
      },
    },
    'record-staging-trial': {
      token: { of: 'gate', permissions: { deployments: 'write', issues: 'write' } },
      'actions-token': starter,
    },
    reconcile: {
      token: {
        of: 'job',
        permissions: { actions: 'write', contents: 'read', deployments: 'read', issues: 'write' },
      },
      'upstream-token': readUpstream,
    },
  },
  'smoke-test': {},
  rollback: {
    start: {
      token: {
        of: 'gate',
        permissions: { contents: 'read', deployments: 'read', issues: 'write', pull_requests: 'read' },
        optional: team,
      },
      'actions-token': starter,
      'upstream-token': readUpstream,
    },
    cluster: { token: rollbackJob },
    revert: { token: revertHere, 'upstream-token': tellUpstream },
    'staging-trial': { token: rollbackJob },
    'revert-upstream': {
      token: { of: 'job', permissions: { contents: 'write', issues: 'write', pull_requests: 'write' } },
      'bump-token': { of: 'bump', permissions: { contents: 'write', pull_requests: 'write' }, dispensable: true },
    },
    reconcile: {
      token: revertHere,
      'upstream-token': tellUpstream,
      'actions-token': { of: 'job', permissions: { actions: 'read' } },
    },
  },
  'deploy-queue': {
    check: {
      token: {
        of: 'job',
        permissions: { contents: 'read', pull_requests: 'read', statuses: 'write' },
      },
      'deploy-token': {
        of: 'job',
        on: 'deploy-repo',
        permissions: { contents: 'read', deployments: 'read', issues: 'read', pull_requests: 'read' },
      },
    },
    reconcile: {
      token: {
        of: 'gate',
        on: 'upstream',
        permissions: { contents: 'read', pull_requests: 'write', statuses: 'write' },
      },
      'deploy-token': {
        of: 'gate',
        on: 'deploy-repo',
        permissions: { contents: 'read', deployments: 'read', issues: 'write', pull_requests: 'read' },
        optional: team,
      },
    },
  },
  'external-change': {
    request: { token: changeHere },
    command: { token: changeHere },
    inspect: { token: { of: 'job', permissions: { contents: 'read' } } },
    'record-inspection': { token: changeHere },
    'record-soak': { token: { of: 'gate', permissions: { contents: 'read', issues: 'write' } } },
    reconcile: { token: { of: 'gate', permissions: { contents: 'read', deployments: 'read' } } },
  },
  doctor: {
    '': { token: { of: 'gate', permissions: { contents: 'read', issues: 'read' }, optional: team } },
  },
} as const satisfies Record<ActionName, Record<string, TokenUses>>
