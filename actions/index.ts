/** Everything the bundle holds: one `main` for each action. */
export { main as deployQueue } from './deploy-queue/main.js'
export { main as doctor } from './doctor/main.js'
export { main as externalChange } from './external-change/main.js'
export { main as helmDeploy } from './helm-deploy/main.js'
export { main as infraChangeGate } from './infra-change-gate/main.js'
export { main as openBumpPr } from './open-bump-pr/main.js'
export { main as rollback } from './rollback/main.js'
export { main as smokeTest } from './smoke-test/main.js'
