/**
 * Waits until all of these have ended, so that none of them is still at work afterwards.
 *
 * @throws of several failures always that of the first in the list, whichever came first.
 */
export async function allSettledOrThrow<T extends readonly unknown[]>(
  work: { [K in keyof T]: Promise<T[K]> | T[K] },
): Promise<T> {
  await Promise.allSettled(work)
  return (await Promise.all(work)) as unknown as T
}
