import picomatch from 'picomatch'
import { policyFile } from '../foundation/workspace.js'
import { lockFile } from '../policy/policy.js'
import type { ChangeKind, Group, SemverLevel } from './types.js'

/** What a file is by its place and name alone. */
export interface ChangePlace {
  kind: ChangeKind
  group: Group
  tier: SemverLevel
  why: string
  /** What else its lines can say. */
  look?: 'tools' | 'kubernetes'
}

const rules: readonly { globs: string[]; place: ChangePlace }[] = [
  // Who may do what. These come first: nothing else may claim them.
  {
    globs: [policyFile, lockFile, '{,.github/,docs/}CODEOWNERS'],
    place: { kind: 'policy', group: 'config', tier: 'T2', why: 'it decides which approvals a change needs' },
  },
  {
    globs: [
      '.github/{workflows,actions}/**',
      '**/action.{yml,yaml}',
      '.{travis,gitlab-ci}.yml',
      '.circleci/**',
      'Jenkinsfile',
      '.ci/**',
    ],
    place: { kind: 'workflows', group: 'ci', tier: 'T1', why: 'workflows have the credentials', look: 'tools' },
  },
  // The programs that deploy.
  {
    globs: [
      '{,bin/,ci/,tools/,scripts/}{deploy,upgrade,install,bootstrap}*.{py,sh,js,ts}',
      'Makefile',
      '{,bin/}deploy',
      'helmfile*.y{a,}ml',
    ],
    place: { kind: 'toolchain', group: 'ci', tier: 'T2', why: 'every deploy uses it', look: 'tools' },
  },
  // Prose, and what builds it.
  {
    globs: [
      'docs/**',
      'doc/**',
      '**/*.{md,rst,adoc}',
      '**/LICENSE*',
      '.readthedocs.y{a,}ml',
      '**/.{gitignore,editorconfig}',
      '.github/ISSUE_TEMPLATE/**',
      '.github/*.md',
      '**/*.{png,jpg,jpeg,gif,svg}',
    ],
    place: { kind: 'docs', group: 'docs', tier: 'none', why: 'no cluster uses it' },
  },
  {
    globs: [
      '{test,tests,ci,travis}/**',
      '**/{conftest,test_*}.py',
      '.github/**',
      '.pre-commit*',
      '**/.gitattributes',
      '**/*lint*.y{a,}ml',
      '.{flake8,prettier*,eslint*,codecov*}',
      '{,dev-,test-,ci-}requirements*.{txt,in}',
      '{setup.cfg,tox.ini,pytest.ini,pyproject.toml,renovate.json,chartpress.y{a,}ml,package.json,package-lock.json}',
      '.{dependabot,renovate}*',
    ],
    place: { kind: 'tests', group: 'ci', tier: 'T0', why: 'it runs outside deploys' },
  },
  // Machines and clusters.
  {
    globs: ['**/*.{tf,tfvars,hcl}', '**/{terraform,tofu,pulumi,ansible}/**', '{terraform,tofu,pulumi,ansible}/**'],
    place: { kind: 'capacity', group: 'config', tier: 'T2', why: 'it sets up machines', look: 'kubernetes' },
  },
  {
    globs: ['**/*kubeconfig*.{yaml,yml,json,conf}', '**/*kubeconfig', '**/k3s.env', '**/k3s-version*'],
    place: { kind: 'kubernetes', group: 'kubernetes', tier: 'T2', why: 'it selects the cluster', look: 'kubernetes' },
  },
  {
    globs: ['**/crds/**'],
    place: { kind: 'crds', group: 'config', tier: 'T3', why: 'Helm does not roll back CRDs' },
  },
  {
    globs: [
      '**/secrets/**',
      'secrets/**',
      '**/*.{key,pem,pub,crt,enc}',
      '**/*secret*.{yaml,yml,json,env}',
      '**/.{sops,git-crypt}*/**',
    ],
    place: { kind: 'credentials', group: 'config', tier: 'T2', why: 'its contents cannot be read' },
  },
  {
    globs: ['**/*dashboard*/**', '**/*dashboard*.json', '**/grafana*/**/*.{json,jsonnet,libsonnet}'],
    place: { kind: 'content', group: 'content', tier: 'T0', why: 'it changes what users see' },
  },
  // Programs that are built from this repository.
  {
    globs: [
      'images/**',
      'image/**',
      'scripts/**',
      'tools/**',
      '**/Dockerfile*',
      '**/*.{py,js,ts,go,sh,tpl,html,css,ini,j2,rb}',
      '**/files/**',
      '**/.{helmignore,dockerignore}',
    ],
    place: { kind: 'application', group: 'application', tier: 'T1', why: 'a program of this repository' },
  },
]

const matchers = rules.map(({ globs, place }) => ({ matches: picomatch(globs, { dot: true }), place }))

/** Undefined where what is in it has to say. */
export const placeOf = (path: string): ChangePlace | undefined => matchers.find(({ matches }) => matches(path))?.place
