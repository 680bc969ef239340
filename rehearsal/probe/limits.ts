import type { Probe } from './probe.js'
import { taken } from './refusal.js'
import { issueBy } from './who-did-it.js'

const plain = 'plain'
/** As many as shared/github/blobs.ts asks for at once. */
const blobs = 200

export const limits: Probe[] = [
  {
    row: 'L3',
    expected: '65,536: taken, 65,537: refused with 422',
    otherwise: 'rehearsal/github/rest/issues.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { number } = await issueBy(place)
      const of = (length: number) => {
        const comment = { ...place.ref, issue_number: number, body: 'x'.repeat(length) }
        return taken(place.app.rest.issues.createComment(comment))
      }
      return `65,536: ${await of(65_536)}, 65,537: ${await of(65_537)}`
    },
  },
  {
    row: 'L4',
    expected: '65,535 characters: taken, 65,536: refused with 422; 50 annotations: taken, 51: refused with 422',
    otherwise: 'rehearsal/github/rest/checks.ts',
    async ask(session) {
      const { app, ref, tip, name } = await session.place(plain)
      const head_sha = await tip()
      const of = (length: number, count: number) => {
        const one = { path: 'README.md', start_line: 1, end_line: 1, annotation_level: 'notice' as const, message: 'x' }
        const output = { title: 'probe', summary: 'x'.repeat(length), annotations: new Array(count).fill(one) }
        return taken(app.rest.checks.create({ ...ref, name: name(), head_sha, output }))
      }
      const characters = `65,535 characters: ${await of(65_535, 0)}, 65,536: ${await of(65_536, 0)}`
      return `${characters}; 50 annotations: ${await of(1, 50)}, 51: ${await of(1, 51)}`
    },
  },
  {
    row: 'L10',
    expected: 'answered',
    otherwise: 'openRows.objectsPerQuery',
    async ask(session) {
      const { app, ref, branch, commit } = await session.place(plain)
      const made = await branch()
      const numbers = Array.from({ length: blobs }, (_, index) => index)
      const files = numbers.map((index) => [`many/${index}.txt`, `${index} `.repeat(1024)] as const)
      const sha = await commit(made, Object.fromEntries(files))
      const wanted = numbers.map(
        (index) => `b${index}: object(expression: "${sha}:many/${index}.txt") {
        ... on Blob { text } }`,
      )
      const query = `query ($owner: String!, $repo: String!) {
        repository(owner: $owner, name: $repo) { ${wanted.join('\n')} } }`
      type Answer = { repository: Record<string, { text: string | null } | null> }
      const asked = app.graphql<Answer>(query, { ...ref })
      return asked.then(
        ({ repository }) =>
          Object.values(repository).every((one) => one?.text) ? 'answered' : 'answered, without some texts',
        (error: { errors?: { type?: string }[] }) => {
          if (!error.errors) throw error
          return `refused: ${error.errors[0]?.type}`
        },
      )
    },
  },
]
