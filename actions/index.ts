/** Everything the bundle holds: one `main` for each action. */
export { main as deployLane } from './deploy-lane/main.js'
export { main as helmDeploy } from './helm-deploy/main.js'
export { main as infraChangeGate } from './infra-change-gate/main.js'
export { main as openBumpPr } from './open-bump-pr/main.js'
export { main as rollback } from './rollback/main.js'
export { main as smokeTest } from './smoke-test/main.js'
