export { type Blocker, forbiddingBlockers, readBlockers, refusalOf } from '../../shared/blocks/blockers.js'
