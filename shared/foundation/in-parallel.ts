/** The same work for each item, for at most so many at a time; results in the order of the items. See `atDesks`. */
export const inParallel = <T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> =>
  atDesks(
    items,
    Array.from({ length: most }, () => undefined),
    work,
  )

/**
 * As many at a time as there are desks to work at; results in the order of the items. After a failure nothing more is begun; of
 * several failures the first item's is thrown, as if it had been done one by one.
 */
export async function atDesks<T, D, R>(
  items: readonly T[],
  desks: readonly D[],
  work: (item: T, desk: D) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const failures: { index: number; error: unknown }[] = []
  const queue = items.entries()
  const worker = async (desk: D): Promise<void> => {
    for (const [index, item] of queue) {
      try {
        results[index] = await work(item, desk)
      } catch (error) {
        failures.push({ index, error })
      }
      if (failures.length > 0) return
    }
  }
  await Promise.all(desks.map(worker))
  const [first] = failures.toSorted((one, other) => one.index - other.index)
  if (first) throw first.error
  return results
}
