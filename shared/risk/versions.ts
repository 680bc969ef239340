import { diff, lt, parse } from 'semver'
import type { SemverLevel } from './types.js'

/** `other`: the two cannot be compared, as with versions that are commits. */
export type StepSize = 'none' | 'patch' | 'minor' | 'major' | 'other'

export interface VersionStep {
  step: StepSize
  down: boolean
  /** How many minor versions are left out in between. */
  skipped: number
}

/** How far it is from one version to another. Below 1.0.0 a minor version may break everything, and so is a major one. */
export function versionStep(from: string, to: string): VersionStep {
  if (from === to) return { step: 'none', down: false, skipped: 0 }
  const [before, after] = [parse(from, { loose: true }), parse(to, { loose: true })]
  if (!before || !after) return { step: 'other', down: false, skipped: 0 }
  const skipped = before.major === after.major ? Math.max(0, Math.abs(after.minor - before.minor) - 1) : 0
  return { step: stepOf(before.major, diff(before, after)), down: lt(after, before), skipped }
}

function stepOf(major: number, difference: ReturnType<typeof diff>): StepSize {
  switch (difference) {
    case 'major':
    case 'premajor':
      return 'major'
    case 'minor':
    case 'preminor':
      return major === 0 ? 'major' : 'minor'
    case 'patch':
    case 'prepatch':
    // What comes after a "+" is a rebuild.
    case null:
      return 'patch'
    default:
      return 'other'
  }
}

const tiers: Record<StepSize, SemverLevel> = { none: 'T1', patch: 'T1', minor: 'T2', major: 'T3', other: 'T2' }

/** For what users notice when it breaks. Back is no safer than forward: nobody tests it. */
export function tierOfStep({ step, down }: VersionStep): { tier: SemverLevel; why: string } {
  const words = {
    none: 'the same version again',
    patch: 'a patch version',
    minor: 'a minor version',
    major: 'a major version',
    other: 'these versions cannot be compared',
  }
  const tier = tiers[step]
  return down ? { tier: tier === 'T1' ? 'T2' : tier, why: `${words[step]}, backwards` } : { tier, why: words[step] }
}
