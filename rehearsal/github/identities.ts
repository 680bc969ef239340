import type { Permissions } from './types.js'

export interface Account {
  login: string
  id: number
  type: 'User' | 'Bot' | 'Organization'
}

export interface App {
  id: number
  slug: string
  permissions: Permissions
  bot: Account
  /** PEM, SPKI. */
  publicKey: string
  /** Whether people can sign in to it from a device. */
  deviceFlow?: boolean
}

export interface Installation {
  id: number
  app: App
  /** The account that the App is installed on. */
  owner: string
  /** Full name to what is granted there. */
  repositories: Map<string, Permissions>
  /** When an owner suspended it, ISO 8601. */
  suspendedAt?: string | undefined
  /** Granted in every repository of the owner, those to come as well; undefined where repositories were selected. */
  onAll?: Permissions
}

/** Who makes a request, and what limits it. */
export type Caller =
  | { kind: 'none' }
  | { kind: 'user'; account: Account }
  | { kind: 'app'; app: App; account: Account }
  | {
      kind: 'installation'
      app: App
      account: Account
      installation: Installation
      /** Narrowed when the token was made; undefined leaves the installation's own. */
      permissions: Permissions | undefined
      repositories: string[] | undefined
    }
  | { kind: 'job'; app: App; account: Account; repo: string; permissions: Permissions; runId: number }
