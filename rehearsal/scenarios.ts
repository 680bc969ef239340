/** What `npm run rehearse -- --scenario` knows. */
export const scenarios = ['adopted', 'good', 'broken', 'all'] as const
export type Scenario = (typeof scenarios)[number]
