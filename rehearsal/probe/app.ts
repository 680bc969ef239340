import { appJwt } from '../../shared/github/app-jwt.js'
import { connectGitHub, type GitHub } from '../../shared/github/client.js'
import type { Permissions } from '../github/types.js'
import { NotSettled } from './probe.js'
import type { Tools } from './session.js'

/** A test App with its private key. */
export interface AppKey {
  id: number
  /** PEM. */
  key: string
}

export interface TestApp {
  id: number
  slug: string
  /** Login of its bot. */
  login: string
  /** By its own name, for what concerns the App itself. */
  itself(): GitHub
  /** With an installation token for one repository, of all that the App has or only what is named. */
  in(repo: string, permissions?: Permissions): Promise<GitHub>
}

/** @throws where GitHub does not know the App and key, or it is not installed on all repositories of the owner. */
export async function testApp({ id, key }: AppKey, owner: string, tools: Tools): Promise<TestApp> {
  const itself = (): GitHub => connectGitHub(appJwt(id, key, new Date()), tools, tools.log)
  const { data: app } = await itself().rest.apps.getAuthenticated()
  const installations = await itself().paginate(itself().rest.apps.listInstallations, { per_page: 100 })
  const installation = installations.find(
    ({ account }) => account && 'login' in account && account.login.toLowerCase() === owner.toLowerCase(),
  )
  if (!app?.slug) throw new Error(`GitHub does not know the App ${id}.`)
  if (installation?.repository_selection !== 'all')
    throw new Error(`The App ${app.slug} is not installed on all repositories of ${owner}: see docs/probe.md.`)
  const mint = async (repo: string, permissions?: Permissions): Promise<GitHub> => {
    const asked = { repositories: [repo], ...(permissions && { permissions }) }
    const { data } = await itself().rest.apps.createInstallationAccessToken({
      installation_id: installation.id,
      ...asked,
    })
    return connectGitHub(data.token, tools, tools.log)
  }
  return {
    ...{ id, slug: app.slug, login: `${app.slug}[bot]`, itself },
    // A repository that was just made is not always known to the installation at once.
    in: (repo, permissions) =>
      tools.until(`the App to see ${repo}`, () =>
        mint(repo, permissions).catch((error: { status?: number; message: string }) => {
          if (error.status !== 422) throw error
          if (permissions) throw new NotSettled(`The App lacks a permission: ${error.message}`)
          return undefined
        }),
      ),
  }
}
