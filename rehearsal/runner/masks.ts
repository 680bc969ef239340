import { maskedForms } from '../../shared/exec/encodings.js'

/**
 * What the real runner masks, and so which outputs of a job it drops.
 *
 * Row A15. Read in actions/runner at commit 258d6c8 (2026-08-17): Worker.cs InitializeSecretMasker (a secret whole, and each of
 * its lines), ActionCommandManager.cs AddMaskCommandExtension (the same for `::add-mask::`), SecretMasker.cs (anywhere in the text, and of any length: a line `{` masks every JSON), JobExtension.cs
 * (an output that holds anything masked is skipped with a warning, as is an empty one).
 */
export interface Masks {
  /** A secret that the job was given. */
  addSecret(value: string): void
  /** The data of `::add-mask::`. */
  addMask(data: string): void
  isMasked(text: string): boolean
}

export function runnerMasks(): Masks {
  const originals = new Set<string>()
  const values = new Set<string>()
  const add = (value: string): void => {
    if (value === '' || originals.has(value)) return
    originals.add(value)
    for (const form of maskedForms(value)) values.add(form)
  }
  const addLines = (text: string): void => text.split(/[\r\n]/).forEach((line) => void add(line.trim()))
  return {
    addSecret(value) {
      add(value.trim())
      addLines(value)
    },
    addMask(data) {
      if (data.trim() === '') return
      add(data)
      addLines(data)
    },
    isMasked: (text) => [...values].some((value) => text.includes(value)),
  }
}

/** The outputs that arrive, and the warnings about those that do not. */
export function withoutMasked(
  outputs: Record<string, string>,
  masks: Masks,
): { outputs: Record<string, string>; warnings: string[] } {
  const full = Object.entries(outputs).filter(([, value]) => value !== '')
  return {
    outputs: Object.fromEntries(full.filter(([, value]) => !masks.isMasked(value))),
    warnings: full.flatMap(([name, value]) =>
      masks.isMasked(value) ? [`Skip output '${name}' since it may contain secret.`] : [],
    ),
  }
}
