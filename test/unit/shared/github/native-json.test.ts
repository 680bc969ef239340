import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { connectGitHub, type GitHub } from '../../../../shared/github/client.js'

let close: () => void = () => {}
afterEach(() => close())

/** A server that gives the same answer to everything. */
async function answering(
  body: string | Buffer,
  type = 'application/json; charset=utf-8',
  status = 200,
): Promise<GitHub> {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': type }).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => void server.close()
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return connectGitHub('token', { apiUrl }, { warning: () => {} })
}

const at = { owner: 'ada', repo: 'deploy' }

test('a blob of 30 MB arrives: octokit alone fails on Node 20 from some 10 MB on', async () => {
  const file = Buffer.alloc(30_000_000, 'kubernetes ')
  const github = await answering(`{"sha":"1","encoding":"base64","content":"${file.toString('base64')}"}`)
  const { data } = await github.rest.git.getBlob({ ...at, file_sha: '1' })
  expect(Buffer.from(data.content, 'base64').equals(file)).toBe(true)
})

test('a tree of 20,000 files arrives, through pages as well', async () => {
  const tree = Array.from({ length: 20_000 }, (_, n) => ({ path: `config/${n}.yaml`, mode: '100644', sha: `${n}` }))
  const github = await answering(JSON.stringify({ sha: '1', truncated: false, tree }))
  expect((await github.rest.git.getTree({ ...at, tree_sha: '1' })).data.tree).toHaveLength(20_000)
  close()
  const list = await answering(JSON.stringify(tree))
  expect(await list.paginate('GET /repos/ada/deploy/files')).toHaveLength(20_000)
})

test('errors keep their message and their data', async () => {
  const github = await answering('{"message":"Validation Failed","errors":[{"field":"ref"}]}', undefined, 422)
  const refused = github.rest.git.getRef({ ...at, ref: 'heads/x' })
  await expect(refused).rejects.toMatchObject({ status: 422, message: expect.stringContaining('Validation Failed') })
  await expect(refused).rejects.toMatchObject({ response: { data: { errors: [{ field: 'ref' }] } } })
})

test('errors of GraphQL, which come with status 200, are errors', async () => {
  const github = await answering(
    '{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","message":"Could not resolve"}]}',
  )
  await expect(github.graphql('{ repository { id } }')).rejects.toThrow('Could not resolve')
})

test.each([
  ['text is text', 'ok ✓', 'text/plain; charset=utf-8', 'ok ✓'],
  ['what only says that it is JSON stays text', '<html>', 'application/json', '<html>'],
  ['another JSON type is parsed', '{"a":1}', 'application/scim+json', { a: 1 }],
])('%s', async (_, body, type, expected) => {
  expect((await (await answering(body, type)).request('GET /x')).data).toEqual(expected)
})

test('bytes stay bytes', async () => {
  const { data } = await (await answering(Buffer.from([0, 255, 128]), 'application/octet-stream')).request('GET /x')
  expect([...new Uint8Array(data)]).toEqual([0, 255, 128])
})
