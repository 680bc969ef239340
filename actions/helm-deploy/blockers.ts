export { type Blocker, forbidding, readBlockers, refusalOf } from '../../shared/holds/blockers.js'
