/** The objects of a list inside of an answer that is typed too loosely to be read; none where it is no list. */
export function listed(value: unknown, key: string): Record<string, unknown>[] {
  const found = (value as Record<string, unknown> | null | undefined)?.[key]
  return Array.isArray(found) ? found.filter((one) => typeof one === 'object' && one !== null) : []
}
