import leven from 'leven'

/**
 * What a person who wrote `word` may have meant: the nearest of the `known` words, else all of them (at most 12);
 * undefined where there is none.
 */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const near = nearestWord(word, known)
  if (near !== undefined) return `Did you mean "${near}"?`
  if (known.length === 0) return undefined
  const shown = known.slice(0, 12).join(', ')
  return `Available: ${shown}${known.length > 12 ? ', ...' : ''}.`
}

/** The one of `known` that differs least from `word`, if that is little: a third of its letters, or only case and separators. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((candidate) => ({ candidate, distance: distanceOf(simple(word), simple(candidate)) }))
  const [best] = distances.toSorted((a, b) => a.distance - b.distance)
  if (best === undefined) return undefined
  return best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined
}

const simple = (text: string): string => text.toLowerCase().replace(/[-_ .]/g, '')

/** Two letters in the wrong order count as one mistake. */
function distanceOf(a: string, b: string): number {
  const sorted = (text: string): string => [...text].toSorted().join('')
  return a !== b && sorted(a) === sorted(b) ? 1 : leven(a, b)
}
