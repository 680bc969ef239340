import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Repo, State } from '../state.js'
import { issuePage } from './issue.js'
import type { Html } from './parts.js'
import { overviewPage, repositoryPage } from './repository.js'
import { runPage } from './run.js'
import { pageStyle } from './style.js'

/**
 * The emulator for people who look: pages under `/_/`, read-only. The addresses that GitHub's answers call `html_url`
 * lead to them.
 */
export function renderPage(state: State): Hono {
  const app = new Hono()
  const contentSecurityPolicy = { defaultSrc: ["'none'"], styleSrc: ["'self'"], styleSrcAttr: ["'unsafe-inline'"] }
  app.use('/_/*', secureHeaders({ contentSecurityPolicy }))
  const repoOf = (context: Context): Repo | undefined =>
    state.repos.get(`${context.req.param('owner')}/${context.req.param('name')}`.toLowerCase())
  const show = async (context: Context, body: Html | Promise<Html> | undefined): Promise<Response> => {
    const found = await body
    return found === undefined ? context.text('Nothing here.\n', 404) : context.html(found)
  }

  app.get('/_/style.css', (context) => context.text(pageStyle, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/_/', (context) => show(context, overviewPage(state)))
  app.get('/_/:owner/:name', (context) => {
    const repo = repoOf(context)
    return show(context, repo && repositoryPage(repo))
  })
  app.get('/_/:owner/:name/issues/:number', (context) => {
    const repo = repoOf(context)
    const issue = repo?.issues.get(Number(context.req.param('number')))
    return show(context, repo && issue && issuePage(repo, issue))
  })
  app.get('/_/:owner/:name/runs/:id', (context) => {
    const repo = repoOf(context)
    const run = repo?.runs.find(({ id }) => id === Number(context.req.param('id')))
    return show(context, repo && run && runPage(repo, run))
  })

  app.get('/:owner/:name/:kind{pull|issues}/:number{[0-9]+}', (context) => {
    const { owner, name, number } = context.req.param()
    return context.redirect(`/_/${owner}/${name}/issues/${number}`)
  })
  app.get('/:owner/:name/actions/runs/:id{[0-9]+}', (context) => {
    const { owner, name, id } = context.req.param()
    return context.redirect(`/_/${owner}/${name}/runs/${id}`)
  })
  return app
}
