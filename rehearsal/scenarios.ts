/** What `npm run rehearse -- --scenario` knows. */
export const scenarios = ['adopted', 'good', 'broken', 'by-hand', 'staged', 'all'] as const
export type Scenario = (typeof scenarios)[number]
