/** The one comment under an upstream pull request that says how its deploy went, well or not. */
export const timelineMarker = '<!-- lockstep:timeline -->'
