import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitIn } from '../../../../shared/bump/component-commit.js'
import type { GitHub } from '../../../../shared/github/client.js'
import type { Component } from '../../../../shared/policy/policy.js'
import { defaultTemplates } from '../../../../shared/policy/version-template.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../../../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let pair: RepositoryPair
let upstream: GitHub
let asked: number

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair()
  upstream = pair.client(pair.ada.token)
  for (const tag of ['1.2.0', 'v1.3.0', '1.4.0-20260102'])
    await upstream.rest.git.createRef({ ...pair.upstreamAt, ref: `refs/tags/${tag}`, sha: pair.firstCommit })
})

afterAll(async () => {
  await pair[Symbol.asyncDispose]()
  await testGitHub[Symbol.asyncDispose]()
})

const commitOf = (version: string, versions = [...defaultTemplates]): Promise<string> => {
  asked = pair.github.requests.length
  return commitIn(upstream, { name: 'hub', upstream: pair.upstreamRepo, versions } as Component, version)
}

test('a commit in the version is taken without asking anybody', async () => {
  expect(await commitOf('1.0.0-0.dev.git.7.habcdef01')).toBe('abcdef01')
  expect(pair.github.requests.length).toBe(asked)
})

test.each(['1.2.0', '1.3.0', 'v1.3.0'])('%s is the commit of the tag, with its "v" or without', async (version) => {
  expect(await commitOf(version)).toBe(pair.firstCommit)
})

test('a date that looks like a commit is none where upstream has no such commit, and a tag of that name', async () => {
  expect(await commitOf('1.4.0-20260102')).toBe(pair.firstCommit)
})

test('without a tag of that name the error says so, and without {tag} nobody looks for one', async () => {
  await expect(commitOf('9.9.9')).rejects.toThrow(`matches no commit and no tag of ${pair.upstreamRepo}`)
  await expect(commitOf('1.2.0', ['{any}-{commit}'])).rejects.toThrow('contains no readable commit')
  expect(pair.github.requests.length).toBe(asked)
})
