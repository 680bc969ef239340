/** Kinds of what never becomes an object in a cluster, so that nothing can be rendered, asked or staged. */
export const withoutObjects: readonly string[] = ['docs', 'tests', 'workflows', 'policy']
