/** What `npm run rehearse -- --scenario` knows. */
export const scenarioNames = ['adopted', 'good', 'broken', 'by-hand', 'staging-trial', 'all'] as const
export type Scenario = (typeof scenarioNames)[number]
